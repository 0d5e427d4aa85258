import { expect, it } from 'vitest'
import { tryCommand } from '../../../../../testkit/src/command-lab'
import { bytesOf } from '../../text'
import { FileTree } from '../../tree/file-tree'
import { gitCommand } from './git'

const env = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@x', HOME: '/home/user' }

it('adds and commits a thousand files and tells their status without reading them again', async () => {
  const tree = new FileTree()
  for (let i = 0; i < 1000; i++) {
    tree.mkdir(`/workspace/d${i % 20}`, true)
    tree.writeFile(`/workspace/d${i % 20}/f${i}.ts`, bytesOf(`export const value${i} = ${i}\n`.repeat(40)))
    tree.utimes(`/workspace/d${i % 20}/f${i}.ts`, Date.now() - 60_000)
  }
  const run = async (...args: string[]): Promise<number> => {
    const start = performance.now()
    const { code, err } = await tryCommand([gitCommand], { argv: ['git', ...args], env }, tree)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    return performance.now() - start
  }
  await run('init', '-q', '-b', 'main')
  const times = {
    add: await run('add', '.'),
    commit: await run('commit', '-qm', 'one'),
    first: await run('status', '-s'),
    status: await run('status', '-s'),
  }
  if (process.env['GIT_TIMES'] !== undefined) console.log(times)
  const written = tree.stat('/workspace/.git/index').mtime
  await run('status')
  // Nothing had to be noted, so the index was not written again.
  expect(tree.stat('/workspace/.git/index').mtime).toBe(written)
})
