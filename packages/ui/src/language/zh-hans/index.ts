import { counted } from './counted'
import { figures } from './figures'
import { progress } from './progress'
import { settings } from './settings'

/** Simplified Chinese. Its keys are all the texts there are. */
export const zhHans = { ...counted, ...figures, ...progress, ...settings }
