//! Words by their letters: looking one up takes as long as it is, however many there are.

pub enum Kind {
    /// As it is, with the usual endings.
    Word,
    /// What a word begins with.
    Beginning,
    /// What is anywhere in a word.
    Part,
}

/// What follows the same letters.
#[derive(Default)]
struct Node {
    next: Vec<(char, usize)>,
    is_word: bool,
    is_beginning: bool,
    is_part: bool,
}

pub struct Trie {
    /// The first is where all words begin.
    nodes: Vec<Node>,
}

impl Trie {
    pub fn new() -> Trie {
        Trie { nodes: vec![Node::default()] }
    }

    pub fn add(&mut self, word: &str, kind: Kind) {
        let mut at = 0;
        for letter in word.chars() {
            at = match self.after(at, letter) {
                Some(next) => next,
                None => {
                    self.nodes.push(Node::default());
                    let next = self.nodes.len() - 1;
                    self.nodes[at].next.push((letter, next));
                    next
                }
            };
        }
        let node = &mut self.nodes[at];
        match kind {
            Kind::Word => node.is_word = true,
            Kind::Beginning => node.is_beginning = true,
            Kind::Part => node.is_part = true,
        }
    }

    /// A word of the list, with one of these endings or none.
    pub fn is_word(&self, word: &str, endings: &[&str]) -> bool {
        self.along(word).any(|(node, rest)| node.is_word && (rest.is_empty() || endings.contains(&rest)))
    }

    /// What others begin with, or have in them, by itself.
    pub fn is_stem(&self, word: &str) -> bool {
        self.along(word).any(|(node, rest)| (node.is_beginning || node.is_part) && rest.is_empty())
    }

    pub fn is_begun_by(&self, word: &str) -> bool {
        self.along(word).any(|(node, _)| node.is_beginning)
    }

    pub fn is_part_of(&self, word: &str) -> bool {
        word.char_indices().any(|(start, _)| self.along(&word[start..]).any(|(node, _)| node.is_part))
    }

    /// Any of them, letter for letter, a star for any, with one of these endings or none.
    pub fn fits(&self, word: &str, endings: &[&str]) -> bool {
        self.fits_after(0, word, endings)
    }

    fn fits_after(&self, at: usize, rest: &str, endings: &[&str]) -> bool {
        let node = &self.nodes[at];
        let is_end = node.is_word || node.is_beginning || node.is_part;
        if is_end && (rest.is_empty() || endings.contains(&rest)) {
            return true;
        }
        let mut letters = rest.chars();
        letters.next().map_or(false, |wanted| {
            let fitting = node.next.iter().filter(|(letter, _)| wanted == '*' || wanted == *letter);
            fitting.into_iter().any(|(_, next)| self.fits_after(*next, letters.as_str(), endings))
        })
    }

    fn after(&self, at: usize, letter: char) -> Option<usize> {
        self.nodes[at].next.iter().find(|(known, _)| *known == letter).map(|(_, next)| *next)
    }

    /// Where its letters lead, one after the other, each with what is left of it.
    fn along<'a>(&'a self, word: &'a str) -> impl Iterator<Item = (&'a Node, &'a str)> {
        let mut at = Some(0);
        let mut letters = word.chars();
        std::iter::from_fn(move || {
            at = self.after(at?, letters.next()?);
            at.map(|at| (&self.nodes[at], letters.as_str()))
        })
    }
}
