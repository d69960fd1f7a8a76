//! `examples/container`: the file system, without an engine.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::program::{PROGRAM, Service};
use crate::repository::{Repository, files_below};

/// The head of an ELF file for this machine, with one program header of a kind.
fn binary(kind: u32) -> Vec<u8> {
    let mut head = vec![0; 64 + 56];
    head[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    head[16..18].copy_from_slice(&2u16.to_le_bytes()); // an executable
    head[18..20].copy_from_slice(&62u16.to_le_bytes()); // x86-64
    head[20..24].copy_from_slice(&1u32.to_le_bytes());
    head[32..40].copy_from_slice(&64u64.to_le_bytes()); // where the program headers are
    head[52..54].copy_from_slice(&64u16.to_le_bytes());
    head[54..56].copy_from_slice(&56u16.to_le_bytes());
    head[56..58].copy_from_slice(&1u16.to_le_bytes());
    head[64..68].copy_from_slice(&kind.to_le_bytes());
    head
}

#[test]
fn the_file_system_has_the_program_and_no_shell() {
    const LOADED: u32 = 1;
    let service = Service::start("modern");
    let repository = Repository::of("container", &service);
    fs::write(repository.path("static"), binary(LOADED)).expect("a file");
    repository.script("rootfs.sh", &["static", "rootfs"]).exits(0);
    let rootfs = repository.path("rootfs");
    let files: Vec<String> = files_below(&rootfs)
        .iter()
        .map(|path| path.strip_prefix(&rootfs).expect("below").display().to_string())
        .collect();
    assert_eq!(files, ["etc/group", "etc/passwd", "ltsctl"]);
    let mode = |name: &str| fs::metadata(rootfs.join(name)).expect("a file").permissions().mode() & 0o7777;
    assert_eq!(mode("ltsctl"), 0o755);
    assert_eq!(mode("work"), 0o1777);
    assert!(repository.read("rootfs/etc/passwd").contains(":65534:65534:"));

    // What is there already would be in the image.
    repository.script("rootfs.sh", &["static", "rootfs"]).exits(1);
}

#[test]
fn a_binary_that_needs_a_loader_is_refused() {
    let service = Service::start("modern");
    let repository = Repository::of("container", &service);
    // The program that is tested is linked as everything on this machine.
    let refused = repository.script("rootfs.sh", &[PROGRAM, "rootfs"]).exits(1);
    assert!(
        refused.stderr.contains("help: build it with RUSTFLAGS=-Ctarget-feature=+crt-static"),
        "{}",
        refused.stderr
    );
    assert_eq!(repository.list("rootfs"), Vec::<String>::new());
}
