import manifest from './package.json' with { type: 'json' }

/** Of the package this program came in. */
export const version: string = manifest.version
