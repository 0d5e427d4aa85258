import type { Catalog } from '../words'
import { counted } from './counted'
import { figures } from './figures'
import { progress } from './progress'
import { settings } from './settings'

/** Traditional Chinese, as it is written in Taiwan. */
export const zhHant: Catalog = { ...counted, ...figures, ...progress, ...settings }
