import { approvals } from './approvals'
import { chat } from './chat'
import { context } from './context'
import { counted } from './counted'
import { editor } from './editor'
import { everywhere } from './everywhere'
import { figures } from './figures'
import { files } from './files'
import { history } from './history'
import { keys } from './keys'
import { layout } from './layout'
import { page } from './page'
import { palette } from './palette'
import { permissions } from './permissions'
import { preview } from './preview'
import { progress } from './progress'
import { review } from './review'
import { sessions } from './sessions'
import { settings } from './settings'
import { settingsRelay } from './settings-relay'
import { share } from './share'
import { tasks } from './tasks'
import { terminal } from './terminal'
import { trace } from './trace'
import { transfer } from './transfer'
import { trust } from './trust'

export { runtime } from './runtime'

/** Simplified Chinese. Its keys are all the texts there are. */
export const zhHans = {
  ...approvals,
  ...chat,
  ...context,
  ...counted,
  ...editor,
  ...everywhere,
  ...figures,
  ...files,
  ...history,
  ...keys,
  ...layout,
  ...page,
  ...palette,
  ...permissions,
  ...preview,
  ...progress,
  ...review,
  ...sessions,
  ...settings,
  ...settingsRelay,
  ...share,
  ...tasks,
  ...terminal,
  ...trace,
  ...transfer,
  ...trust,
}
