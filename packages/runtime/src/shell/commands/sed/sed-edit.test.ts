import { describe, expect, it } from 'vitest'
import { tryCommand } from '../../../../../testkit/src/command-lab'
import { expectAgreement } from '../../../../../testkit/src/shell-lab'
import { FileTree } from '../../tree/file-tree'
import { searchCommands } from '../search'
import { textCommands } from '../text'

const commands = [...searchCommands, ...textCommands]

describe('sed on files of the tree', () => {
  it('edits files in place, keeps their mode and a copy where asked', async () => {
    const tree = new FileTree()
    tree.mkdir('/workspace', true)
    tree.writeFile('/workspace/a', new TextEncoder().encode('one\ntwo\n'), 0o755)
    tree.writeFile('/workspace/b', new TextEncoder().encode('one'))
    tree.symlink('b', '/workspace/link')
    const text = (path: string): string => new TextDecoder().decode(tree.readFile(`/workspace/${path}`))
    await tryCommand(searchCommands, { argv: ['sed', '-i.bak', '1s/one/1/', 'a', 'b'] }, tree)
    expect([text('a'), text('b'), text('a.bak'), text('b.bak')]).toEqual(['1\ntwo\n', '1', 'one\ntwo\n', 'one'])
    expect(tree.stat('/workspace/a').mode).toBe(0o755)
    await tryCommand(searchCommands, { argv: ['sed', '-i', '--follow-symlinks', 's/1/x/', 'link'] }, tree)
    expect([text('b'), tree.lstat('/workspace/link').type]).toEqual(['x', 'link'])
    await tryCommand(searchCommands, { argv: ['sed', '-i', 's/x/y/', 'link'] }, tree)
    expect([text('b'), text('link'), tree.lstat('/workspace/link').type]).toEqual(['x', 'y', 'file'])
    await tryCommand(searchCommands, { argv: ['sed', '-i', '1q', 'a'] }, tree)
    expect(text('a')).toBe('1\n')
  })

  it.each([
    `sed 's/a/echo hi/e' f; sed -n 's/a/echo hi/ep' f; sed -n 's/a/echo hi/pe' f; sed 's/c/printf "hi\\n\\n"/e' f; sed -z 's/a/echo q/e' f 2>/dev/null`,
    `sed '1s/.*/echo x/;1e' f; sed '3e echo hi' f; sed '1e printf hi' f; sed '1{e echo hi\np}' f; sed 'a app\n1e echo "a b" | tr a-z A-Z # x' f; sed '1e false' f; echo $?`,
    `sed 's/a/exit 3/e;w out' f; sed 's/./echo &/gew out' f; cat out; sed -i '2e echo in; echo err >&2' f; cat f; sed '1!G;h;$!d;s/.*/wc -l < f/e' f`,
    `sed --sandbox 's/a/exit 3/e' f`,
    `sed --sandbox '1e ls' f`,
    `sed '1{e}' f`,
  ])('runs commands by e as GNU sed does: %s', async (script) => {
    await expectAgreement({ script, files: { f: 'a\nb\nc' }, commands })
  })

  it('names what it does not do', async () => {
    const run = await tryCommand(searchCommands, { argv: ['sed', '--debug', 'p'], stdin: 'x\n' })
    expect(run.err).toContain('option --debug is not implemented')
    expect(run.out).toBe('')
  })
})
