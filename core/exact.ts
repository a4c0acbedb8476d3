/**
 * Exact scaling of decimal quantities, so that what the planner admits is never refused by the database.
 *
 * PostgreSQL reads a double as `numeric` by its 15 significant digits, and adds and multiplies those exactly. These
 * functions take the same 15 digits and round once, in the direction the caller names.
 */

export type Rounding = 'up' | 'down'

/** `value * 10^power` as an integer. `value` is finite and not negative. */
export function decimalScale(value: number, power: number, rounding: Rounding): number {
  const scaled = value * 10 ** power
  // A product that is an integer of at most 15 digits is the decimal itself; nearly every quantity ends here.
  if (Number.isInteger(scaled) && scaled < 1e15) return scaled
  return integerTimes(1, value, power, rounding)
}

/** `count * factor`, `count` a non-negative integer, as an integer. */
export function decimalTimes(count: number, factor: number, rounding: Rounding): number {
  return factor === 1 ? count : integerTimes(count, factor, 0, rounding)
}

function integerTimes(count: number, factor: number, power: number, rounding: Rounding): number {
  const [digits = '0', exponent = '0'] = factor.toExponential(14).split('e')
  const numerator = BigInt(count) * BigInt(digits.replace('.', ''))
  const shift = Number(exponent) - 14 + power
  if (shift >= 0) return Number(numerator * 10n ** BigInt(shift))
  const denominator = 10n ** BigInt(-shift)
  const whole = numerator / denominator
  const rest = numerator % denominator
  return Number(rounding === 'up' && rest > 0n ? whole + 1n : whole)
}
