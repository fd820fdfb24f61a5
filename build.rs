//! Tells the linker that the Node-API symbols come from the host process.

fn main() {
    napi_build::setup();
}
