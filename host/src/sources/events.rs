//! Events of a camera as spikes: in steps of equal time, on a grid of pixels.

use super::options::Extent;
use crate::encode::{Spikes, MAX_BITS, MAX_STEPS};
use std::str::FromStr;

/// A change of brightness at a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// Microseconds.
    pub time: i64,
    pub x: i16,
    pub y: i16,
    /// Brighter.
    pub on: bool,
}

/// What becomes of events that say brighter (ON) and darker (OFF).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Polarity {
    /// All ON pixels, then all OFF pixels: twice as many inputs.
    #[default]
    Split,
    /// One input a pixel.
    Merge,
    /// ON events alone.
    On,
    /// OFF events alone.
    Off,
}

impl FromStr for Polarity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "split" => Ok(Polarity::Split),
            "merge" => Ok(Polarity::Merge),
            "on" => Ok(Polarity::On),
            "off" => Ok(Polarity::Off),
            other => Err(format!("'{other}' must be split, merge, on or off")),
        }
    }
}

/// Events in steps of `step` microseconds from the first one's time on: an input has a spike in a step if it had an
/// event or more. Pixel (x, y) of the sensor is `(floor(x width / sensor width), floor(y height / sensor height))` of
/// the grid. An error is a reason in words.
pub(super) fn spikes(
    events: &[Event],
    sensor: Extent,
    size: Extent,
    step: i64,
    polarity: Polarity,
) -> Result<Spikes, String> {
    let wanted = |e: &&Event| match polarity {
        Polarity::Split | Polarity::Merge => true,
        Polarity::On => e.on,
        Polarity::Off => !e.on,
    };
    let times = || events.iter().map(|e| e.time);
    let (Some(first), Some(last)) = (times().min(), times().max()) else {
        return Err("it has no events".into());
    };
    let steps = last.checked_sub(first).map(|t| t / step.max(1));
    let steps = steps.and_then(|n| usize::try_from(n).ok()?.checked_add(1));
    let inputs = size.pixels() * if polarity == Polarity::Split { 2 } else { 1 };
    let bits = steps.and_then(|n| n.checked_mul(inputs));
    let (Some(steps), Some(bits)) = (steps, bits.filter(|&n| n <= MAX_BITS)) else {
        return Err(format!(
            "its events from {first} to {last} us on {inputs} inputs are more than {MAX_BITS} bits in steps of {step} us; \
             take a longer --step or a smaller --size"
        ));
    };
    if steps > MAX_STEPS {
        return Err(format!(
            "its events from {first} to {last} us take {steps} steps of {step} us, {MAX_STEPS} is the most; take a longer --step"
        ));
    }
    let mut spikes = Spikes {
        steps,
        inputs,
        bits: vec![0; bits],
    };
    for event in events.iter().filter(wanted) {
        let place = |at: i16, from: usize, to: usize| {
            let at = usize::try_from(at).ok().filter(|&at| at < from)?;
            Some(at * to / from)
        };
        let x = place(event.x, sensor.width, size.width);
        let y = place(event.y, sensor.height, size.height);
        let (Some(x), Some(y)) = (x, y) else {
            return Err(format!(
                "an event at ({}, {}) lies outside the sensor of {sensor} pixels; give --sensor WIDTHxHEIGHT",
                event.x, event.y
            ));
        };
        let half = match polarity {
            Polarity::Split if !event.on => size.pixels(),
            _ => 0,
        };
        let at = ((event.time - first) / step.max(1)) as usize;
        let input = half + y * size.width + x;
        if let Some(bit) = spikes.bits.get_mut(at * inputs + input) {
            *bit = 1;
        }
    }
    Ok(spikes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_put_in_steps_and_pixels() {
        let event = |time, x, y, on| Event { time, x, y, on };
        let events = [
            event(1000, 0, 0, true),
            event(1999, 3, 1, false),
            event(1999, 2, 1, false),
            event(2000, 3, 0, true),
        ];
        let sensor = Extent {
            width: 4,
            height: 2,
        };
        let size = Extent {
            width: 2,
            height: 1,
        };
        let of = |polarity| spikes(&events, sensor, size, 1000, polarity).unwrap().bits;
        assert_eq!(of(Polarity::Split), [1, 0, 0, 1, 0, 1, 0, 0]);
        assert_eq!(of(Polarity::Merge), [1, 1, 0, 1]);
        assert_eq!(of(Polarity::On), [1, 0, 0, 1]);
        assert_eq!(of(Polarity::Off), [0, 1, 0, 0]);
        let small = Extent {
            width: 3,
            height: 2,
        };
        let outside = spikes(&events, small, size, 1000, Polarity::Merge).unwrap_err();
        assert!(outside.contains("(3, 1)"), "{outside}");
        let far = [event(i64::MIN, 0, 0, true), event(i64::MAX, 0, 0, true)];
        for events in [&far[..], &[]] {
            assert!(spikes(events, sensor, size, 1, Polarity::Merge).is_err());
        }
    }
}
