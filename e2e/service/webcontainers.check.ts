import { afterAll } from 'vitest'
import { frameTexts } from '../../packages/testkit/src/frame-bundles'
import { handsContract } from '../../packages/testkit/src/hands-contract'
import { openThreadFrame } from '../../packages/testkit/src/thread-frame'
import { webcontainerHands } from '../../packages/runtime/src/hands/webcontainer/webcontainer-hands'
import { openWorkspace } from '../../packages/runtime/src/workspace/workspace'
import { openService } from './browser-containers'

// `npm run check:webcontainers` runs this; nothing else does, because it asks a service of somebody else's.
const isDouble = process.env['TABWRIGHT_WEBCONTAINERS'] === 'double'
const AMOUNTS = { limitMs: 20_000, kept: 1_000_000 }

const service = openService(isDouble)
afterAll(async () => (await service).close())

handsContract(
  isDouble ? 'WebContainers, the real client over a contract double' : 'WebContainers, the service of StackBlitz',
  async () => ({
    hands: webcontainerHands({
      openFrame: () => Promise.resolve(openThreadFrame()),
      bundles: frameTexts,
      kept: AMOUNTS.kept,
      openContainer: async () => (await service).open(),
    }),
    workspace: openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) }),
  }),
  AMOUNTS,
)
