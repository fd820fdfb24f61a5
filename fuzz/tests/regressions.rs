//! What fuzzing ever found, and the seeds: `regressions/<target>/` and `seeds/<target>/`, a file an input.

use std::path::Path;

#[test]
fn what_was_found_stays_fixed() {
    let mut checked = 0;

    for (name, check) in checks::TARGETS {
        for folder in ["regressions", "seeds"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(name);
            let Ok(files) = std::fs::read_dir(folder) else { continue };

            for file in files {
                check(&std::fs::read(file.expect("a file").path()).expect("its bytes"));
                checked += 1;
            }
        }
    }
    assert!(checked > checks::TARGETS.len(), "only {checked} inputs were found");
}
