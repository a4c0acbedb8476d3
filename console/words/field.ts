/**
 * The fields of what the API gives, in words: `carbonGramsPerKwh` is carbon, in g/kWh. The unit of a number is the end
 * of its field's name, as everywhere in this house.
 */
import { bytes, cores, figures, gramsPerHour, gpus, percent, watts } from './quantity.ts'

type Unit = { ends: RegExp; name: (stem: string) => string; say: (value: number) => string }

const same = (stem: string) => stem

const units: readonly Unit[] = [
  { ends: /GramsPerKwh$/, name: same, say: (value) => `${figures(value)} g/kWh` },
  { ends: /GramsPerHour$/, name: same, say: gramsPerHour },
  { ends: /Bytes$/, name: same, say: bytes },
  { ends: /Cores$/, name: same, say: cores },
  { ends: /Share$/, name: (stem) => `${stem}Share`, say: percent },
  { ends: /Watts$/, name: same, say: watts },
  { ends: /Mbps$/, name: same, say: (value) => `${figures(value)} Mbit/s` },
  { ends: /Milli$/, name: same, say: (value) => (value === 0 ? '0 GPUs' : gpus(value)) },
  // Limits keep their end: `latencyMsMax`.
  { ends: /Ms(?=Max$|Min$|$)/, name: same, say: (value) => `${figures(value)} ms` },
  { ends: /Seconds$/, name: same, say: (value) => `${figures(value)} s` },
]

/** `renewableShare` or `demand.cpuCores` as people write it; a unit is said with the number. */
export function fieldName(field: string): string {
  const unit = units.find(({ ends }) => ends.test(field))
  return spaced(unit === undefined ? field : unit.name(field.replace(unit.ends, '')))
}

/** A number of such a field with its unit; null where the field has none or the value is no number. */
export function fieldQuantity(field: string, value: unknown): string | null {
  if (typeof value !== 'number') return null
  return units.find(({ ends }) => ends.test(field))?.say(value) ?? null
}

function spaced(field: string): string {
  return field
    .replaceAll('.', ' ')
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase()
    .trim()
}
