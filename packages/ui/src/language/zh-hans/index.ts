import { approvals } from './approvals'
import { chat } from './chat'
import { counted } from './counted'
import { everywhere } from './everywhere'
import { figures } from './figures'
import { keys } from './keys'
import { layout } from './layout'
import { page } from './page'
import { palette } from './palette'
import { permissions } from './permissions'
import { progress } from './progress'
import { sessions } from './sessions'
import { settings } from './settings'
import { settingsRelay } from './settings-relay'
import { trust } from './trust'

/** Simplified Chinese. Its keys are all the texts there are. */
export const zhHans = {
  ...approvals,
  ...chat,
  ...counted,
  ...everywhere,
  ...figures,
  ...keys,
  ...layout,
  ...page,
  ...palette,
  ...permissions,
  ...progress,
  ...sessions,
  ...settings,
  ...settingsRelay,
  ...trust,
}
