import type { Catalog } from '../words'
import { chat } from './chat'
import { counted } from './counted'
import { everywhere } from './everywhere'
import { figures } from './figures'
import { layout } from './layout'
import { progress } from './progress'
import { settings } from './settings'

/** Traditional Chinese, as it is written in Taiwan. */
export const zhHant: Catalog = { ...chat, ...counted, ...everywhere, ...figures, ...layout, ...progress, ...settings }
