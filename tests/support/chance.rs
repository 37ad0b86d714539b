//! Chance that can be repeated: everything follows from one printed number.

/// A small generator (SplitMix64); good enough to choose faults, and the same on every machine.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The generator of one numbered run under a seed.
    pub(crate) fn of_run(seed: u64, run: u64) -> Self {
        let mut chance = Self(seed ^ run.wrapping_mul(0xD134_2543_DE82_EF95));
        chance.next();
        chance
    }

    /// 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// Whether one of so many.
    pub(crate) fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    /// One of them.
    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len() as u64) as usize]
    }
}

/// A number from the environment, or this one.
pub(crate) fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name)
        .map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number, not {text:?}")))
}

/// The seed of this run of the tests: the one asked for, or a fresh one.
pub(crate) fn seed() -> u64 {
    let mut fresh = [0; 4];
    getrandom::fill(&mut fresh).unwrap();
    setting("CORREO_CFDI_FAULT_SEED", u64::from(u32::from_ne_bytes(fresh)))
}
