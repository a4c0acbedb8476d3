/**
 * The emulated clock runs at a speed against the wall clock. A change of speed re-anchors it, so that it never jumps.
 * Emulated times are seconds since 1970.
 */
export type EmulatorAnchor = { wallMs: number; emulatedSeconds: number; speed: number }

export function emulatedSeconds(anchor: EmulatorAnchor, wallMs: number): number {
  return anchor.emulatedSeconds + ((wallMs - anchor.wallMs) / 1000) * anchor.speed
}

/** The wall time at which the emulated clock shows this, for sleeping until then. */
export function wallMsAt(anchor: EmulatorAnchor, seconds: number): number {
  return anchor.wallMs + ((seconds - anchor.emulatedSeconds) / anchor.speed) * 1000
}

export function clockRespeed(anchor: EmulatorAnchor, wallMs: number, speed: number): EmulatorAnchor {
  return { wallMs, emulatedSeconds: emulatedSeconds(anchor, wallMs), speed }
}
