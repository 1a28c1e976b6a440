//! Lays the functions that run while the program starts, and while nobody calls, side by side in the program's file. The kernel
//! brings 64 KB around each function that runs into memory: scattered over the file, these few would bring nearly all of it.
//!
//! They stand in `function_order.txt`, which `tests/bench/function_order` writes. A name that is no longer there does nothing, and
//! a function that is not listed only costs what it cost before.

use std::env::var;
use std::io::Result;
use std::path::Path;

const NAMES: &str = "src/function_order.txt";

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed={NAMES}");
    let is = |name: &str, value: &str| var(name).is_ok_and(|found| found == value);
    // Whoever has chosen a linker by themselves may have one that reads no linker scripts.
    let has_own_linker = var("CARGO_ENCODED_RUSTFLAGS").is_ok_and(|flags| flags.contains("fuse-ld"));
    if !is("PROFILE", "release") || !is("CARGO_CFG_TARGET_OS", "linux") || has_own_linker {
        return Ok(());
    }
    let names = std::fs::read_to_string(NAMES)?;
    // The compiler puts what it takes for seldom into a section of another name.
    let sections: String = names.lines().map(|name| format!("*(.text.{name} .text.unlikely.{name})\n")).collect();
    let script = Path::new(&var("OUT_DIR").unwrap_or_default()).join("function_order.ld");
    std::fs::write(&script, format!("SECTIONS {{ .text.start : {{\n{sections}}} }}\nINSERT BEFORE .text;\n"))?;
    println!("cargo::rustc-link-arg-bin=leserbrief=-T{}", script.display());
    Ok(())
}
