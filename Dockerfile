# Pushwire's server in a container, for those whose machine is not Linux:
#
#   docker build -t pushwire .
#   docker run --rm --init -p 9502:9502 pushwire          then open http://localhost:9502/
#   docker run --rm --init -p 9502:9502 pushwire serve --host 0.0.0.0 --port 9502 --log-level debug

FROM debian:bookworm-slim AS build
WORKDIR /pushwire
COPY . .
RUN ./dev build

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libssl3 libsimdjson14 zlib1g libdeflate0 liburing2 libedit2 libstdc++6 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /pushwire/build/release/pushwire /usr/local/bin/pushwire
USER nobody
EXPOSE 9502
ENTRYPOINT ["pushwire"]
CMD ["serve", "--host", "0.0.0.0", "--port", "9502"]
