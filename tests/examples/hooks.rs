//! `examples/pre-commit`: the script behind the hook. pre-commit itself runs it in
//! `tests/sdk/test_examples.py`.

use crate::program::Service;
use crate::repository::Repository;

#[test]
fn an_estate_is_validated_once_and_as_a_whole() {
    let service = Service::start("modern");
    let repository = Repository::of("pre-commit", &service);
    // Alone, this file has no target.
    repository.write("estates/payments/more.yaml", "version: 1\ngroups:\n  more: {ttl_in_days: 7}\n");
    let files = ["estates/payments/estate.yaml", "estates/payments/more.yaml", "estates/gone/estate.yaml"];
    repository.script("ltsctl-validate.sh", &files).exits(0);

    repository.write("estates/payments/more.yaml", "version: 1\ngroups:\n  more: {ttl: 7}\n");
    let refused = repository.script("ltsctl-validate.sh", &files).exits(1);
    assert_eq!(refused.stderr.matches("did you mean `ttl_in_days`?").count(), 1, "{}", refused.stderr);
    assert_eq!(service.journal(), Vec::<String>::new());
}

#[test]
fn an_untidy_file_is_tidied_and_fails_the_commit_once() {
    let service = Service::start("modern");
    let repository = Repository::of("pre-commit", &service);
    let file = "estates/payments/estate.yaml";
    let tidy = repository.read(file);
    repository.script("ltsctl-fmt.sh", &[file]).exits(0);
    repository.edit(file, "    ttl_in_days: 7\n", "    ttl_in_days:   7\n");
    let told = repository.script("ltsctl-fmt.sh", &[file]).exits(1);
    assert_eq!(told.stdout, format!("{file}\n"));
    assert_eq!(repository.read(file), tidy);
    repository.script("ltsctl-fmt.sh", &[file]).exits(0);
}
