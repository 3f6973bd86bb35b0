//! An empty program with two windows: what the till's start and memory are measured against.

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!("examples/floor/tauri.conf.json"))
}
