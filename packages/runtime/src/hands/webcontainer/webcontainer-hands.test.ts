import type { Workspace } from '@tabwright/protocol'
import { afterAll } from 'vitest'
import { frameTexts } from '../../../../testkit/src/frame-bundles'
import { handsContract } from '../../../../testkit/src/hands-contract'
import { machineContainer, type MachineContainer } from '../../../../testkit/src/machine-container'
import { openThreadFrame } from '../../../../testkit/src/thread-frame'
import { serveContainer } from '../../client/container/serve-container'
import { openWorkspace } from '../../workspace/workspace'
import { ContainerLink } from './container-link'
import { webcontainerHands, type WebcontainerHands } from './webcontainer-hands'

const AMOUNTS = { limitMs: 10_000, kept: 1_000_000 }

const opened: MachineContainer[] = []

afterAll(async () => {
  for (const container of opened) container.teardown()
  await Promise.all(opened.map(({ gone }) => gone))
})

const emptyWorkspace = (): Workspace =>
  openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })

function hands(): WebcontainerHands {
  return webcontainerHands({
    openFrame: () => Promise.resolve(openThreadFrame()),
    bundles: frameTexts,
    kept: AMOUNTS.kept,
    openContainer: async () => {
      const container = await machineContainer()
      opened.push(container)
      return new ContainerLink(serveContainer(container).port, container.workdir)
    },
  })
}

handsContract(
  'WebContainers, a contract double on this machine',
  () => Promise.resolve({ hands: hands(), workspace: emptyWorkspace() }),
  AMOUNTS,
)
