//! A network as its framework computes it: real numbers, one rule for each population.

use ferrospike_model::program::Rounding;

/// A parameter: one value for the population, or one for each neuron.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// The same for all.
    One(f64),
    /// One for each neuron.
    Each(Vec<f64>),
}

impl Values {
    /// `One` if all are equal.
    pub fn from_vec(values: Vec<f64>) -> Self {
        match values.first() {
            Some(&first) if values.iter().all(|&v| v == first) => Values::One(first),
            None => Values::One(0.0),
            _ => Values::Each(values),
        }
    }
    /// The value for neuron `index`.
    pub fn at(&self, index: usize) -> f64 {
        match self {
            Values::One(v) => *v,
            Values::Each(v) => v.get(index).copied().unwrap_or(0.0),
        }
    }
    /// Smallest and largest value.
    pub fn range(&self) -> (f64, f64) {
        match self {
            Values::One(v) => (*v, *v),
            Values::Each(v) => v
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &x| {
                    (a.min(x), b.max(x))
                }),
        }
    }
    /// True if every value is `x`.
    pub fn all(&self, x: f64) -> bool {
        self.range() == (x, x)
    }
    /// Each value through `f`.
    pub fn map(&self, f: impl Fn(f64) -> f64) -> Values {
        match self {
            Values::One(v) => Values::One(f(*v)),
            Values::Each(v) => Values::from_vec(v.iter().map(|&x| f(x)).collect()),
        }
    }
    /// Two parameters neuron by neuron; `neurons` is the population's size.
    pub fn zip(&self, other: &Values, neurons: usize, f: impl Fn(f64, f64) -> f64) -> Values {
        match (self, other) {
            (Values::One(a), Values::One(b)) => Values::One(f(*a, *b)),
            _ => Values::from_vec((0..neurons).map(|i| f(self.at(i), other.at(i))).collect()),
        }
    }
}

/// What happens to the membrane at a spike (`docs/numerics.md`, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetKind {
    /// Set to the reset value.
    Hard,
    /// The threshold is subtracted in the same step.
    Soft,
    /// The threshold is subtracted one step later, after the decay.
    Delayed,
    /// Nothing: the membrane goes on.
    None,
}

/// The rule of a population: `u += input; i = u or decay u; h = B v + G i + bias; spike; reset`.
#[derive(Clone, Debug, PartialEq)]
pub struct Neuron {
    /// A; 0 without a synaptic current.
    pub current_decay: Values,
    /// B.
    pub membrane_decay: Values,
    /// G, 0 ..= 1.
    pub gain: Values,
    /// Added to the membrane each step.
    pub bias: Values,
    /// Added to the current each step; none where `bias` says it all.
    pub current_bias: Option<Vec<f64>>,
    /// Threshold; none for a read-out.
    pub threshold: Option<Values>,
    /// A spike needs `h > threshold` instead of `>=`.
    pub strict: bool,
    /// Kind of reset.
    pub reset: ResetKind,
    /// Value after a hard reset.
    pub reset_value: Values,
    /// Value of the membrane before the first step.
    pub start: Values,
    /// Steps lost after a spike, 0 ..= 64 (hard reset only).
    pub held_steps: u8,
    /// The membrane sees the current after its decay.
    pub current_after_decay: bool,
    /// Lower limit of the membrane.
    pub v_min: Option<f64>,
    /// Upper limit of the membrane, before the comparison.
    pub v_max: Option<f64>,
    /// Most spikes in a step, 1 ..= 16; more than one needs a soft reset.
    pub max_spikes: u8,
    /// The current wraps modulo 2^24 where it leaves its range, instead of saturating (Loihi).
    pub current_wraps: bool,
    /// A spike needs `h < threshold` (strict), or `<=`: the lower threshold of ternary neurons.
    pub inverted: bool,
    /// Lower threshold of a ternary neuron: a membrane below it (`inverted`, otherwise as `strict`) is a spike of -1.
    pub lower_threshold: Option<Values>,
    /// Interval and offset: the state goes to its start before each step whose number, counted from 1, leaves the
    /// remainder of the offset when divided by the interval.
    pub clear: Option<[u32; 2]>,
    /// Rounding of both decays in integers; none: the quantiser chooses.
    pub rounding: Option<Rounding>,
    /// Rounding of the current's decay, where it is another one.
    pub current_rounding: Option<Rounding>,
    /// Bits after the point of u and v, 0 ..= 23: their unit is 2 to the power of minus these. None: the quantiser
    /// takes as many as are safe.
    pub fraction_bits: Option<u8>,
    /// The rule in words.
    pub words: String,
}

impl Default for Neuron {
    /// A read-out without memory: the membrane is the weighted sum of the step.
    fn default() -> Self {
        Neuron {
            current_decay: Values::One(0.0),
            membrane_decay: Values::One(0.0),
            gain: Values::One(1.0),
            bias: Values::One(0.0),
            current_bias: None,
            threshold: None,
            strict: false,
            reset: ResetKind::Hard,
            reset_value: Values::One(0.0),
            start: Values::One(0.0),
            held_steps: 0,
            current_after_decay: false,
            v_min: None,
            v_max: None,
            max_spikes: 1,
            current_wraps: false,
            inverted: false,
            lower_threshold: None,
            clear: None,
            rounding: None,
            current_rounding: None,
            fraction_bits: None,
            words: String::new(),
        }
    }
}

pub use super::weights::Weights;
/// Role of a population.
pub use ferrospike_model::image::Role;

/// An input or a population of neurons.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// Name from the source.
    pub name: String,
    /// Number of neurons.
    pub neurons: usize,
    /// Axes of the neurons, (channels, height, width) after a convolution; the last one counts fastest.
    /// Empty: one axis.
    pub shape: Vec<usize>,
    /// Role.
    pub role: Role,
    /// The rule; none for an input.
    pub neuron: Option<Neuron>,
    /// Not neurons of its own, but another pass over those of this population, which comes directly before it
    /// (or before its other passes): further spikes in the same step (`docs/numerics.md`, section 2.2). Of the
    /// rule only threshold, comparison and reset hold. Its spikes leave through the connections of that
    /// population; it has none itself. If its comparison is inverted, its spikes are of -1, and leave through
    /// connections of their own, which have the weights negated.
    pub pass_of: Option<usize>,
}

impl Population {
    /// Neurons of this name, without axes or rule.
    pub fn new(name: impl Into<String>, neurons: usize, role: Role) -> Self {
        Population {
            name: name.into(),
            neurons,
            shape: Vec::new(),
            role,
            neuron: None,
            pass_of: None,
        }
    }

    /// A pass whose spikes are of -1.
    pub fn is_negative(&self) -> bool {
        self.pass_of.is_some() && self.neuron.as_ref().is_some_and(|rule| rule.inverted)
    }
}

/// A connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// Name from the source.
    pub name: String,
    /// Index of the source population.
    pub from: usize,
    /// Index of the destination population.
    pub to: usize,
    /// Steps that a spike takes, 0 or more.
    pub delay: usize,
    /// The sum of a step is divided by 2 to the power of this and rounded down to a whole number before it is added;
    /// the weights are then whole numbers too. 0: it is added as it is.
    pub floor_shift: u8,
    /// Its weights.
    pub weights: Weights,
}

/// A network: inputs first, then populations in the order of a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// Name.
    pub name: String,
    /// Where it came from, for people.
    pub source: String,
    /// Name of the dialect.
    pub dialect: String,
    /// Populations.
    pub populations: Vec<Population>,
    /// Connections, in the order of their destinations.
    pub connections: Vec<Connection>,
    /// Input encoder, or empty.
    pub encoder: String,
    /// Decision rule, or empty.
    pub decoder: String,
}

impl Network {
    /// Index of the population of that name.
    pub fn population(&self, name: &str) -> Option<usize> {
        self.populations.iter().position(|p| p.name == name)
    }
    /// Further passes over the neurons of `population` whose spikes leave as its own, in order.
    pub fn passes(&self, population: usize) -> impl Iterator<Item = usize> + '_ {
        let all = self.populations.iter().enumerate();
        all.filter(move |(_, p)| p.pass_of == Some(population) && !p.is_negative())
            .map(|(index, _)| index)
    }
    /// The sum of connection `index` that is rounded down is not complete before the one behind it, which has the
    /// same source's spikes of -1.
    pub fn goes_on(&self, index: usize) -> bool {
        let (Some(c), Some(next)) = (self.connections.get(index), self.connections.get(index + 1))
        else {
            return false;
        };
        let source = self.populations.get(next.from);
        let negative = source.is_some_and(|p| p.is_negative() && p.pass_of == Some(c.from));
        let same = |x: &Connection| (x.to, x.delay, x.floor_shift);
        c.floor_shift > 0 && negative && same(c) == same(next)
    }

    /// Connections into population `to`, in order, with their indices.
    pub fn incoming(&self, to: usize) -> impl Iterator<Item = (usize, &Connection)> {
        self.connections
            .iter()
            .enumerate()
            .filter(move |(_, c)| c.to == to)
    }
}
