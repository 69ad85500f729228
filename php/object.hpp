#pragma once
// Objects of PHP's classes that have something of ours: it lies in front of what PHP keeps.
//
//   | State | zend_object, properties |
//           ^ what PHP points at

#include "php_pushwire.hpp"

namespace pushwire::php {

/// `State` is plain data, and all zero in a new object unless `make` fills it in.
template <class State>
class object {
  public:
    [[nodiscard]] static State& of(zend_object* which) {
        return reinterpret_cast<object*>(reinterpret_cast<char*>(which) - offsetof(object, std_))->state_;
    }
    [[nodiscard]] static State& of(zval* which) { return of(Z_OBJ_P(which)); }

    /// In MINIT: objects of `type`, and of classes derived from it, have a State, and are not cloned. `release` gives back
    /// what it holds. What is returned may be changed until MINIT ends.
    static zend_object_handlers& prepare(zend_class_entry* type, void (*release)(State&),
                                         void (*make)(State&) = nullptr) {
        handlers_ = *zend_get_std_object_handlers();
        handlers_.offset = offsetof(object, std_);
        handlers_.free_obj = destroy;
        handlers_.clone_obj = nullptr;
        make_ = make;
        release_ = release;
        type->create_object = create;
        return handlers_;
    }

    static zend_object* create(zend_class_entry* type) {
        auto* const made = static_cast<object*>(zend_object_alloc(sizeof(object), type));
        zend_object_std_init(&made->std_, type);
        object_properties_init(&made->std_, type);
        made->std_.handlers = &handlers_;
        if (make_) make_(made->state_);
        return &made->std_;
    }

  private:
    static void destroy(zend_object* which) {
        release_(of(which));
        zend_object_std_dtor(which);
    }

    inline static zend_object_handlers handlers_;
    inline static void (*make_)(State&);
    inline static void (*release_)(State&);

    State state_;
    zend_object std_;
};

}  // namespace pushwire::php
