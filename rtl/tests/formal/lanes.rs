//! The lanes' additions and what they count, and what lanes learn, for all numbers.

use crate::{emitted, harness, prove, refute};
use ferrospike_rtl::lane::lanes::Lanes;
use ferrospike_rtl::lane::learn_lanes::LearnLanes;
use ferrospike_testbench::formal::{Method, Proof};

/// Lanes as a machine may have them.
#[derive(Clone, Copy)]
struct Kind {
    forwarding: bool,
    abreast: bool,
    count: u64,
}

/// One of them is looked at.
fn lanes(kind: Kind, looked_at: u64) -> Proof {
    fn text<const L: usize, const SW: usize, const UW: usize>(kind: Kind) -> String {
        let lanes = Lanes::<L, SW, UW>::with(kind.forwarding, kind.abreast.into());
        emitted(lanes, "lanes")
    }
    let text = match kind.count {
        4 => text::<4, 32, 96>(kind),
        8 => text::<8, 64, 192>(kind),
        16 => text::<16, 128, 384>(kind),
        32 => text::<32, 256, 768>(kind),
        count => panic!("no machine has {count} lanes"),
    };
    let define = if kind.abreast {
        "`define ABREAST\n"
    } else {
        ""
    };
    Proof::new("lanes_proof", format!("{define}{}", harness!("lanes")))
        .module(text)
        .parameter("FORWARDING", kind.forwarding.into())
        .parameter("L", kind.count)
        .parameter("LANE", looked_at)
        .method(Method::Induction(5))
}

const FORWARDING: Kind = Kind {
    forwarding: true,
    abreast: false,
    count: 4,
};
const WITHOUT: Kind = Kind {
    forwarding: false,
    abreast: false,
    count: 8,
};
const ABREAST: Kind = Kind {
    forwarding: true,
    abreast: true,
    count: 16,
};

fn prove_lane(kind: Kind, looked_at: u64) {
    let with = if kind.forwarding { "with" } else { "without" };
    let abreast = if kind.abreast { ", two values" } else { "" };
    let what = format!(
        "lane {looked_at} of {} {with} forwarding{abreast}",
        kind.count
    );
    prove(&what, &lanes(kind, looked_at));
}

#[test]
fn a_lane_adds_as_the_numbers_say() {
    prove_lane(FORWARDING, 1);
    prove_lane(WITHOUT, 5);
}

#[test]
#[ignore = "long: scripts/proofs.sh"]
fn lanes_of_all_machines_add_as_the_numbers_say() {
    for forwarding in [true, false] {
        for (count, looked_at) in [(4, [0, 3]), (8, [1, 6]), (16, [0, 15]), (32, [18, 31])] {
            for looked_at in looked_at {
                let kind = Kind {
                    forwarding,
                    abreast: false,
                    count,
                };
                prove_lane(kind, looked_at);
            }
        }
    }
    for forwarding in [true, false] {
        for (count, looked_at) in [(4, 3), (8, 4), (16, 7), (32, 30)] {
            let kind = Kind {
                forwarding,
                abreast: true,
                count,
            };
            prove_lane(kind, looked_at);
        }
    }
}

#[test]
fn faults_of_lanes_are_found() {
    let found = |kind, from, to| refute("lane", &lanes(kind, 1), from, to, 10);
    let forwarded = "kept <= take_earlier ? last : stored;";
    found(FORWARDING, forwarded, "kept <= stored;");
    for kind in [FORWARDING, WITHOUT] {
        let bottom = "bottom = replace ? value[0] : (to_limit | exact[0] | lowest);";
        let wrong = "bottom = replace ? value[0] : (exact[0] | lowest);";
        found(kind, bottom, wrong);
        let limit = "to_limit = beyond & ~wrap & ~replace;";
        found(kind, limit, "to_limit = beyond & ~replace;");
    }
    // Forwarding, clocks of the exponent and of the flag, which mantissa; what is counted; a value abreast.
    let last = "operand = take_last ? last : kept;";
    found(FORWARDING, last, "operand = kept;");
    let exponent = "exponent_shift_new = exponent_kept_q;";
    found(FORWARDING, exponent, "exponent_shift_new = exponent;");
    let wrap = "add_wraps_new = wrap_add_q;";
    found(FORWARDING, wrap, "add_wraps_new = wrap_kept_q;");
    found(WITHOUT, ".part(part),", ".part(3'd0),");
    found(WITHOUT, "lane_1_wrapped & adding", "lane_1_wrapped");
    found(WITHOUT, "if (lane_1_saturated & adding)", "if (1'b0)");
    found(WITHOUT, "{5'd0, word[2]} + ", "");
    let sign = "add_negates_new = negate_add_q;";
    found(FORWARDING, sign, "add_negates_new = negate_kept_q;");
    found(ABREAST, "lane_1_value_new = odd_value_0;", "");
}

/// Lanes that learn, as many as a machine may have; one of them is looked at.
fn learning(count: u64, looked_at: u64) -> Proof {
    let text = match count {
        4 => emitted(LearnLanes::<4, 32>::default(), "learn_lanes"),
        8 => emitted(LearnLanes::<8, 64>::default(), "learn_lanes"),
        16 => emitted(LearnLanes::<16, 128>::default(), "learn_lanes"),
        32 => emitted(LearnLanes::<32, 256>::default(), "learn_lanes"),
        count => panic!("no machine has {count} lanes"),
    };
    let name = format!("lane_{looked_at}");
    let harness = harness!("learn_lanes").replace("lane_LANE", &name);
    Proof::new("learn_lanes_proof", harness)
        .module(text)
        .parameter("L", count)
        .parameter("LANE", looked_at)
}

#[test]
fn lanes_learn_as_the_numbers_say() {
    prove("lane 3 of 4 that learn", &learning(4, 3));
}

#[test]
#[ignore = "long: scripts/proofs.sh"]
fn lanes_of_all_machines_learn_as_the_numbers_say() {
    for (count, looked_at) in [(4, 0), (8, 2), (8, 7), (16, 0), (16, 9), (32, 0), (32, 27)] {
        let what = format!("lane {looked_at} of {count} that learn");
        prove(&what, &learning(count, looked_at));
    }
}

#[test]
fn faults_of_lanes_that_learn_are_found() {
    for (right, wrong) in [
        ("added - {lost[16], lost}", "added - {1'b0, lost}"),
        ("above ? maximum : sum[7:0]", "sum[7:0]"),
        ("{10'd0, rounding}", "{{10{rounding[7]}}, rounding}"),
        ("minimum[7] & ~without_sign", "minimum[7]"),
        ("below ? minimum : ", ""),
        ("lane_3_learns = mask[3]", "lane_3_learns = 1'b1"),
        ("turned_3 = 8'hc0", "turned_3 = 8'h03"),
        // Random numbers that are loaded too late, and that go on in a clock in which nothing advances; stages that do.
        ("if (load) begin", "if (load & advance) begin"),
        ("if (advance & enters) begin", "if (enters) begin"),
        ("if (advance) begin", "begin"),
    ] {
        refute("lanes that learn", &learning(4, 3), right, wrong, 8);
    }
}
