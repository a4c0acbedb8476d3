/**
 * Loaded for its effect, and first of all: what is imported runs in the order of the imports, and uPlot asks for the
 * language as soon as it is loaded. An alias or a patch of uPlot would have to be renewed with each of its versions.
 */
import { languageMend } from './language.ts'

languageMend(navigator)
