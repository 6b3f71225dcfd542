use super::*;

fn shell(family: Family, input_hz: u32, core_hz: u32) -> Shell {
    Shell {
        title: "test".into(),
        family,
        input_hz,
        core_hz,
        led: Some(false),
        levels: vec![("flash_select".into(), true)],
    }
}

fn settings(family: Family, input_hz: u32, core_hz: u32) -> Vec<u32> {
    let clock = shell(family, input_hz, core_hz).clock().unwrap();
    let pll = clock.pll.unwrap();
    pll.settings.iter().map(|(_, value)| *value).collect()
}

/// What icepll 0~20230218, ecppll 1.4-82 and gowin_pll 0.32 answer.
#[test]
fn settings_are_those_of_the_calculators() {
    let ice40 = Family::Ice40 { pad: true };
    assert_eq!(settings(ice40, 12_000_000, 30_000_000), [0, 79, 5, 1]);
    assert_eq!(
        settings(Family::Ecp5, 25_000_000, 80_000_000),
        [5, 16, 7, 3]
    );
}

#[test]
fn a_clock_out_of_reach_is_refused_with_the_nearest() {
    let ice40 = shell(Family::Ice40 { pad: true }, 12_000_000, 5_000_000);
    let told = ice40.clock().unwrap_err().to_string();
    assert!(told.contains("5000000 Hz from 12000000 Hz"), "{told}");
    // 27 MHz * 2, by 27 / 14 and such: not within 1 % of this.
    let ecp5 = shell(Family::Ecp5, 25_000_000, 1_000_000);
    let told = ecp5.clock().unwrap_err().to_string();
    assert!(told.contains("nearest"), "{told}");
    let family = Family::Gowin { die: "GW9".into() };
    let told = shell(family, 27_000_000, 50_000_000).clock().unwrap_err();
    assert!(told.to_string().contains("GW1N-9C, GW2A-18C"), "{told}");
}

#[test]
fn the_start_is_long_enough_and_no_name_is_taken_twice() {
    for core_hz in [12_000_000, 30_000_000, 100_000_000] {
        let text = shell(Family::Ecp5, core_hz, core_hz).verilog().unwrap();
        let line = text
            .lines()
            .find(|line| line.contains("// Start:"))
            .unwrap();
        let clocks: f64 = line.split(' ').find_map(|word| word.parse().ok()).unwrap();
        assert!(clocks / f64::from(core_hz) >= START_SECONDS, "{line}");
    }
    for name in ["ready", "tx", "Led", "1led", "a;b", ""] {
        let mut shell = shell(Family::Ecp5, 25_000_000, 25_000_000);
        shell.levels = vec![(name.into(), false)];
        assert!(shell.verilog().is_err(), "{name}");
    }
}
