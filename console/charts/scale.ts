/**
 * The one scale of all heat maps: from the paper's own lightness to its opposite in even steps of perceived lightness,
 * through hues that people with any colour vision tell apart by lightness alone. Computed in OKLab (Björn Ottosson, "A
 * perceptual color space for image processing", 2020, which gives the matrices).
 */
export type Scheme = 'light' | 'dark'

const steps = 256
const tables: Partial<Record<Scheme, readonly string[]>> = {}

/** The colour of a share between 0 and 1. */
export function scaleInk(share: number, scheme: Scheme): string {
  const table = (tables[scheme] ??= Array.from({ length: steps }, (_, at) => ink(at / (steps - 1), scheme)))
  return table[Math.round(Math.min(1, Math.max(0, share)) * (steps - 1))] ?? '#000000'
}

function ink(share: number, scheme: Scheme): string {
  const lightness = scheme === 'light' ? 0.95 - 0.62 * share : 0.26 + 0.64 * share
  // Weakest at the ends, where the screen has little colour to give.
  const chroma = 0.03 + 0.075 * Math.sin(Math.PI * Math.min(1, 0.12 + share * 0.76))
  const degrees = scheme === 'light' ? 100 + 170 * share : 270 - 170 * share
  return hex(oklch(lightness, chroma, (degrees * Math.PI) / 180))
}

function oklch(lightness: number, chroma: number, hue: number): [number, number, number] {
  const a = chroma * Math.cos(hue)
  const b = chroma * Math.sin(hue)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

function hex(linear: readonly number[]): string {
  const parts = linear.map((value) => {
    const part = Math.min(1, Math.max(0, value))
    const coded = part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055
    return Math.round(coded * 255)
      .toString(16)
      .padStart(2, '0')
  })
  return `#${parts.join('')}`
}
