# The engine, for `make` in this folder: see config.m4. cmake knows best whether there is something to do.
$(PUSHWIRE_ENGINE_BUILD)/libpushwire.a: pushwire-engine

.PHONY: pushwire-engine
pushwire-engine:
	$(PUSHWIRE_CMAKE) -S $(PUSHWIRE_ENGINE_SOURCE) -B $(PUSHWIRE_ENGINE_BUILD) -DCMAKE_BUILD_TYPE=Release \
		-DPUSHWIRE_APPS=OFF -DPUSHWIRE_EXAMPLES=OFF -DPUSHWIRE_TESTS=OFF
	$(PUSHWIRE_CMAKE) --build $(PUSHWIRE_ENGINE_BUILD) --target pushwire --parallel

$(phplibdir)/pushwire.la ./pushwire.la: $(PUSHWIRE_ENGINE_BUILD)/libpushwire.a
