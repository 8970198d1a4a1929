/// Chance from a seed: `Random::new(event.base.seed)`. SplitMix64 (Steele, Lea, Flood 2014).
pub struct Random {
    state: u64,
}

impl Random {
    pub fn new(seed: u64) -> Random {
        Random { state: seed }
    }

    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 ≤ x < bound, each as likely as the others; 0 where there is nothing below.
    pub fn below(&mut self, bound: u32) -> u32 {
        if bound == 0 {
            return 0;
        }
        let range = u64::from(bound);
        // What is left over at the top would make the small numbers likelier.
        let top = u64::MAX - (u64::MAX % range + 1) % range;
        loop {
            let drawn = self.next();
            if drawn <= top {
                return (drawn % range) as u32;
            }
        }
    }
}
