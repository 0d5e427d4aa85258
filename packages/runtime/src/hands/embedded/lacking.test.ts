import { describe, expect, it } from 'vitest'
import { runScript } from '../../../../testkit/src/run-script'
import { lackingWords } from './lacking'
import { embeddedSystem, placeCommands } from './system'

function sandbox(): ReturnType<typeof embeddedSystem> {
  const system = embeddedSystem({
    spawn: () => {
      throw new Error('programs do not run here')
    },
    isOver: () => false,
  })
  placeCommands(system)
  return system
}

const run = (script: string): ReturnType<typeof runScript> => runScript(sandbox(), script, { cwd: '/workspace' })

describe('a program that the sandbox lacks', () => {
  it("ends with 127 and bash's own words, then one sentence about it", async () => {
    const { out, err, code } = await run('pytest -q')
    expect({ out, code }).toEqual({ out: '', code: 127 })
    const [first, second, end] = err.split('\n')
    expect(first).toBe('bash: line 1: pytest: command not found')
    expect(second).toMatch(/^pytest: Of Python the embedded sandbox/)
    expect(end).toBe('')
  })

  it('is told in a pipeline, and its words can be thrown away', async () => {
    expect((await run('gcc -v 2>/dev/null | wc -c; make 2>&1 | head -1')).out).toBe('0\nbash: line 1: make: command not found\n')
  })

  it('is told with the words of bash alone where nobody knows the name', async () => {
    expect((await run('nosuchtool')).err).toBe('bash: line 1: nosuchtool: command not found\n')
  })

  it('leaves the word to command_not_found_handle where a script has one', async () => {
    expect((await run('command_not_found_handle() { echo "no $1"; return 9; }; pytest x; echo $?')).out).toBe('no pytest\n9\n')
  })

  it('has no sentence about a command that is here', () => {
    expect([...sandbox().commands.keys()].filter((name) => lackingWords(name) !== undefined)).toEqual([])
  })
})
