import { chat } from './chat'
import { counted } from './counted'
import { everywhere } from './everywhere'
import { figures } from './figures'
import { layout } from './layout'
import { progress } from './progress'
import { settings } from './settings'

/** Simplified Chinese. Its keys are all the texts there are. */
export const zhHans = { ...chat, ...counted, ...everywhere, ...figures, ...layout, ...progress, ...settings }
