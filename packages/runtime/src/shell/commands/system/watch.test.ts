import { expect, it } from 'vitest'
import { tryShell } from '../../../../../testkit/src/shell-lab'
import { textCommands } from '../text'
import { systemCommands } from '../system'

const run = (script: string) => tryShell({ script, commands: [...textCommands, ...systemCommands] })

it('shows what a command writes, under a title, from the top of the screen', async () => {
  const { out } = await run("timeout 1 watch -n 0.1 'echo a; echo b'")
  expect(out.split('\u001b[H\u001b[2J')[1]).toBe('Every 0.1s: echo a; echo b\n\na\nb\n')
  expect(out.split('\u001b[H\u001b[2J').length).toBeGreaterThan(2)
})

it('ends when the output changes, or when the command fails, where told', async () => {
  expect(await run('watch -t -g -n 0.1 "echo -n x >> f; wc -c < f"; echo $?; cat f')).toMatchObject({
    out: expect.stringMatching(/2\n0\nxx$/),
  })
  expect(await run('watch -t -e -n 0.1 false; echo $?')).toMatchObject({ out: expect.stringMatching(/8\n$/) })
})

it('is ended by a signal however soon it comes', async () => {
  expect(await run('watch -n1 true > /dev/null & kill $!; wait $!; echo $?')).toMatchObject({ out: '143\n' })
})

it('names what it does not do', async () => {
  expect(await run('watch -d true')).toMatchObject({ code: 2, err: expect.stringContaining('-d') })
})
