//! The words recovery phrases are made of.

use std::sync::LazyLock;

/// How many there are: one for each value of a byte.
const COUNT: usize = 256;

static WORDS: LazyLock<[&str; COUNT]> = LazyLock::new(|| {
    let mut words = [""; COUNT];
    for (place, word) in words.iter_mut().zip(include_str!("data/words.txt").lines()) {
        *place = word;
    }
    words
});

/// Returns the words of recovery phrases, one for each value of a byte, in alphabetical order.
pub fn recovery_words() -> &'static [&'static str; COUNT] {
    &WORDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_a_word_of_its_own_that_is_easy_to_type() {
        let words = recovery_words();
        assert!(words.is_sorted_by(|one, next| one < next));
        assert!(words.iter().all(|word| {
            (3..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase())
        }));
        assert_eq!(include_str!("data/words.txt").lines().count(), COUNT);
    }
}
