//! What quantisation cost, for people.

use ferrospike_model::program::Rounding;

/// One population.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerReport {
    /// Name of the population.
    pub name: String,
    /// All weights are kept without error.
    pub exact: bool,
    /// Bits that weights were rounded to.
    pub bits: u8,
    /// Real value of one weight step of each connection.
    pub scales: Vec<f64>,
    /// Exponent m of the finest weights.
    pub exponent: u32,
    /// Real value of one unit of u and v.
    pub unit: f64,
    /// Weights that had to be limited.
    pub clipped: usize,
    /// Largest difference between a weight and its integer.
    pub weight_error: f64,
    /// Largest difference between a decay or gain and its integer.
    pub factor_error: f64,
    /// Largest difference between a threshold, bias or reset value and its integer.
    pub value_error: f64,
    /// Bound of |u| and |v|; infinite if there is none.
    pub bound: f64,
    /// No saturation can happen, whatever the input.
    pub proven: bool,
    /// Rounding of the current's decay.
    pub rounding_current: Rounding,
    /// Rounding of the membrane's decay.
    pub rounding_membrane: Rounding,
}

impl LayerReport {
    /// One line.
    pub fn line(&self) -> String {
        let weights = if self.exact {
            "weights exact".to_string()
        } else {
            let scale = self.scales.iter().copied().fold(0.0, f64::max);
            format!(
                "{}-bit weights, scale {scale:.3e}, largest error {:.1e}, {} clipped",
                self.bits, self.weight_error, self.clipped
            )
        };
        let limit = self.unit * 8_388_607.0;
        let room = if self.proven {
            format!("at most {:.4} of {limit:.4}: never saturates", self.bound)
        } else if self.bound.is_finite() {
            format!(
                "could reach {:.4} of {limit:.4}: watch the saturation counter",
                self.bound
            )
        } else {
            format!("no bound, range {limit:.4}: watch the saturation counter")
        };
        let word = |rounding: Rounding| match rounding {
            Rounding::Floor => "floor",
            Rounding::HalfUp => "half up",
            Rounding::TowardZero => "toward zero",
        };
        let rounding = match (self.rounding_current, self.rounding_membrane) {
            (u, v) if u == v => word(v).to_string(),
            (u, v) => format!("u {}, v {}", word(u), word(v)),
        };
        format!(
            "{}: {weights}; unit {:.3e} (m = {}, {rounding}), {room}; factors off by {:.1e}, \
             values by {:.1e}",
            self.name, self.unit, self.exponent, self.factor_error, self.value_error
        )
    }
}
