import { v5 } from 'uuid'

/** Made up once; with it the same words always give the same step. */
const namespace = '6f1a3f0e-7d5c-4b8e-9a53-2f4c8d1e0b67'

/** The id of a step, derived from what it is for: every repetition of it, by whichever replica, has the same. */
export function stepId(...words: (string | number)[]): string {
  return v5(words.join('/'), namespace)
}
