import { describe, expect, it } from 'vitest'
import { labSystem } from '../../../../../testkit/src/command-lab'
import { Device } from '../../streams/open-file'
import { FileTree } from '../../tree/file-tree'
import { textOf } from '../../text'
import { runCommand } from '../run-command'
import { tailCommand } from './tail'

describe('tail -f', () => {
  it('shows what is added to a file until a signal ends it', async () => {
    const tree = new FileTree()
    const system = labSystem([tailCommand], tree)
    tree.writeFile('/workspace/log', new TextEncoder().encode('one\ntwo\n'))
    let shown = ''
    const nothing = new Device({ read: () => Promise.resolve(undefined) })
    const screen = new Device({
      write: (bytes) => {
        shown += textOf(bytes)
        return Promise.resolve()
      },
    })
    const process = system.processes.spawn({
      parent: undefined,
      title: 'tail',
      files: new Map([
        [0, nothing],
        [1, screen],
        [2, screen],
      ]),
      body: (mine) =>
        runCommand(tailCommand, {
          name: 'tail',
          args: ['-n1', '-f', '-s', '0.01', 'log'],
          env: new Map(),
          cwd: '/workspace',
          umask: 0o022,
          system,
          process: mine,
          exec: () => Promise.resolve(127),
        }),
      onFault: (thrown) => Promise.reject(thrown instanceof Error ? thrown : new Error(String(thrown))),
    })
    await expect.poll(() => shown).toBe('two\n')
    tree.appendFile('/workspace/log', new TextEncoder().encode('three\n'))
    await expect.poll(() => shown).toBe('two\nthree\n')
    process.deliver('TERM')
    expect(await process.ended()).toEqual({ code: 143, signal: 'TERM' })
  })
})
