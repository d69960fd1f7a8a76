#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ltsctl_fuzz::snapshots::run(bytes));
