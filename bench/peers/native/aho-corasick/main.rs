//! Searches with Rust's `aho-corasick`, every overlapping match.
//!
//! aho-corasick dfa|nfa PATTERNS       one thread; ../../protocol.md says what goes in and out

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use std::io::{self, BufRead, Write};
use std::time::Instant;
use std::{env, fs, process};

fn fail(what: &str) -> ! {
    println!("refused {what}");
    process::exit(1)
}

fn read(path: &str) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| fail(&format!("{path}: {error}")))
}

fn patterns_of(bytes: &[u8]) -> Vec<&[u8]> {
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let mut at = 4;
    (0..word(0))
        .map(|_| {
            let start = at + 4;
            at = start + word(at);
            &bytes[start..at]
        })
        .collect()
}

/// The constants are those of ../../../search/engine.ts.
fn pair_hash(pattern: usize, end: usize) -> u32 {
    let mut mixed = (pattern as u32 + 1).wrapping_mul(0x9e37_79b1) ^ end as u32;
    mixed = (mixed ^ (mixed >> 16)).wrapping_mul(0x85eb_ca6b);
    mixed = (mixed ^ (mixed >> 13)).wrapping_mul(0xc2b2_ae35);
    mixed ^ (mixed >> 16)
}

fn search(automaton: &AhoCorasick<u32>, haystack: &[u8]) -> (u64, u32) {
    automaton
        .find_overlapping_iter(haystack)
        .fold((0, 0), |(matches, checksum): (u64, u32), found| {
            (matches + 1, checksum.wrapping_add(pair_hash(found.pattern(), found.end())))
        })
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if arguments.len() != 3 {
        fail("arguments: expected dfa or nfa, and a file of patterns");
    }
    let bytes = read(&arguments[2]);
    let patterns = patterns_of(&bytes);
    let from = Instant::now();
    let automaton = AhoCorasickBuilder::new()
        .match_kind(MatchKind::Standard)
        .dfa(arguments[1] == "dfa")
        .build_with_size::<u32, _, _>(&patterns)
        .unwrap_or_else(|error| fail(&format!("compile: {error}")));
    println!("ready {:.6} {} 0.7.19", from.elapsed().as_secs_f64(), automaton.heap_bytes());
    let (mut loaded, mut haystack) = (String::new(), Vec::new());
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        let Some((length, path)) = line.split_once(' ') else { fail("search: expected a length and a path") };
        if path != loaded {
            haystack = read(path);
            loaded = path.to_string();
        }
        let length: usize = length.parse().unwrap_or_else(|_| fail("search: expected a length"));
        let from = Instant::now();
        let (matches, checksum) = search(&automaton, &haystack[..length]);
        println!("{matches} {checksum} {:.9}", from.elapsed().as_secs_f64());
        io::stdout().flush().ok();
    }
}
