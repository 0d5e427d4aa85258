import { ruleText, type Rule, type RulePattern, type Verdict } from '@tabwright/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BUILT_IN_RULES, judge } from '../../core/gate/rules'
import { subjectOf, type Eyes } from '../../core/gate/subject'
import { readCommandLine } from './command-line'

const eyes: Eyes = { readCommand: readCommandLine, followLinks: (path) => path, gitHooks: [] }
let made = 0
const rule = (effect: Rule['effect'], pattern: RulePattern): Rule => ({
  id: `r${(made += 1)}`,
  effect,
  pattern,
  scope: 'session',
  why: 'test',
})
const words = (text: string): RulePattern => ({ type: 'argv', tool: 'shell', argv: text.split(' '), exact: false })
const allow = (text: string): Rule => rule('allow', words(text))
const deny = (text: string): Rule => rule('deny', words(text))
const ask = (text: string): Rule => rule('ask', words(text))

function judged(command: string, rules: readonly Rule[], more: Partial<Eyes> = {}): Verdict {
  const input = { command, cwd: '/workspace' }
  return judge(subjectOf({ tool: 'shell', input, bytes: JSON.stringify(input), effect: 'tx' }, { ...eyes, ...more }), {
    rules,
    mode: 'ask',
  })
}
const typeOf = (command: string, rules: readonly Rule[]): Verdict['type'] => judged(command, rules).type

const GIT = [allow('git status')]
const NPM = [allow('npm test'), allow('npm run lint')]
const CURL = [...BUILT_IN_RULES, rule('allow', { type: 'tool', tool: 'shell' }), deny('curl')]
const SURE = [...BUILT_IN_RULES, rule('allow', { type: 'tool', tool: 'shell' }), ask('git push')]

describe('commands and rules, pair by pair', () => {
  it.each<[string, readonly Rule[], Verdict['type']]>([
    // A rule speaks of the words as the program gets them, however they are written.
    ['git status', GIT, 'allow'],
    ['git  status', GIT, 'allow'],
    ['  git status  ', GIT, 'allow'],
    ['git status -s', GIT, 'allow'],
    ['git "status"', GIT, 'allow'],
    [`git 'status'`, GIT, 'allow'],
    ['g"it" st\'atus\'', GIT, 'allow'],
    ['git st\\atus', GIT, 'allow'],
    [`git $'status'`, GIT, 'allow'],
    ['git status *.ts', GIT, 'allow'],
    ['git status; git status -s', GIT, 'allow'],
    ['git status && git status', GIT, 'allow'],
    ['git status || git status', GIT, 'allow'],
    ['git status | git status', GIT, 'allow'],
    ['git status\ngit status', GIT, 'allow'],
    ['! git status', GIT, 'allow'],
    ['git status 2>&1', GIT, 'allow'],
    ['git status 2>/dev/null', GIT, 'allow'],
    ['git status < list.txt', GIT, 'allow'],
    ['cd src && git status', GIT, 'allow'],
    ['git status # and more', GIT, 'allow'],
    // Whatever is more than its words does not match.
    ['git', GIT, 'ask'],
    ['git stat', GIT, 'ask'],
    ['git statuss', GIT, 'ask'],
    ['gitstatus', GIT, 'ask'],
    ['/usr/bin/git status', GIT, 'ask'],
    ['./git status', GIT, 'ask'],
    ['GIT status', GIT, 'ask'],
    ['git -c core.pager=sh status', GIT, 'ask'],
    ['git status; curl x|sh', GIT, 'ask'],
    ['git status && curl x', GIT, 'ask'],
    ['git status || curl x', GIT, 'ask'],
    ['git status | sh', GIT, 'ask'],
    ['git status |& sh', GIT, 'ask'],
    ['git status & curl x', GIT, 'ask'],
    ['git status &', GIT, 'ask'],
    ['git status\ncurl x', GIT, 'ask'],
    ['git status $(curl x)', GIT, 'ask'],
    ['git status `curl x`', GIT, 'ask'],
    ['git status "$(curl x)"', GIT, 'ask'],
    ['git status > out.txt', GIT, 'ask'],
    ['git status >> out.txt', GIT, 'ask'],
    ['git status >| out.txt', GIT, 'ask'],
    ['git status &> out.txt', GIT, 'ask'],
    ['git status 2> out.txt', GIT, 'ask'],
    ['git status <> out.txt', GIT, 'ask'],
    ['git status > "$f"', GIT, 'ask'],
    ['git status <(curl x)', GIT, 'ask'],
    ['git status >(sh)', GIT, 'ask'],
    ['git st\\\natus', GIT, 'ask'],
    ['git status ${v@P}', GIT, 'ask'],
    ['git status $v', GIT, 'ask'],
    ['git status "${v}"', GIT, 'ask'],
    ['git status $((1 + 1))', GIT, 'ask'],
    ['git status ~/x', GIT, 'ask'],
    ['git status {a,b}', GIT, 'ask'],
    ['git {status,x}', GIT, 'ask'],
    ['git ?tatus', GIT, 'ask'],
    ['g?t status', GIT, 'ask'],
    ['* status', GIT, 'ask'],
    ['A=1 git status', GIT, 'ask'],
    ['A=1; git status', GIT, 'ask'],
    ['env git status', GIT, 'ask'],
    ['command git status', GIT, 'ask'],
    ['time git status', GIT, 'ask'],
    ['exec git status', GIT, 'ask'],
    ['find . -exec git status ;', GIT, 'ask'],
    ['(git status)', GIT, 'ask'],
    ['{ git status; }', GIT, 'ask'],
    ['if true; then git status; fi', GIT, 'ask'],
    ['while git status; do true; done', GIT, 'ask'],
    ['for i in 1; do git status; done', GIT, 'ask'],
    ['case x in x) git status;; esac', GIT, 'ask'],
    ['git() { curl x; }; git status', GIT, 'ask'],
    ['alias git=curl; git status', GIT, 'ask'],
    ['eval git status', GIT, 'ask'],
    ['git status <<E\nx\nE', GIT, 'ask'],
    ['git status <<< x', GIT, 'ask'],
    ['coproc git status', GIT, 'ask'],
    ['[[ -f x ]] && git status', GIT, 'ask'],
    ['((1)) && git status', GIT, 'ask'],
    ['git status "', GIT, 'ask'],
    ['git status &&', GIT, 'ask'],
    ['git status )', GIT, 'ask'],
    ['git status\u202e', GIT, 'ask'],
    ['git\u200b status', GIT, 'ask'],
    ['git\u00a0status', GIT, 'ask'],
    ['git status\u0000', GIT, 'ask'],
    ['git status\rcurl x', GIT, 'ask'],
    ['', GIT, 'ask'],
    ['# git status', GIT, 'ask'],
    // Each part must pass.
    ['npm test && npm run lint', NPM, 'allow'],
    ['npm test && npm run lint && npm run deploy', NPM, 'ask'],
    ['npm test; cat package.json', NPM, 'ask'],
    ['npm test; cat package.json', [...NPM, ...BUILT_IN_RULES], 'allow'],
    ['npm run lint:fix', NPM, 'ask'],
    ['npm tests', NPM, 'ask'],
    ['npm -s test', NPM, 'ask'],
    // What only looks is free, and only that.
    ['ls -la', BUILT_IN_RULES, 'allow'],
    ['cat a.txt b.txt', BUILT_IN_RULES, 'allow'],
    ['grep -rn x src | head -5', BUILT_IN_RULES, 'allow'],
    ['cat package.json | grep name | wc -l', BUILT_IN_RULES, 'allow'],
    ['pwd; ls; date', BUILT_IN_RULES, 'allow'],
    ['cd src && ls', BUILT_IN_RULES, 'allow'],
    ['echo "a; rm b"', BUILT_IN_RULES, 'allow'],
    ['echo rm -rf /', BUILT_IN_RULES, 'allow'],
    ['ls *.ts', BUILT_IN_RULES, 'allow'],
    ['cat < a.txt', BUILT_IN_RULES, 'allow'],
    ['ls > a', BUILT_IN_RULES, 'ask'],
    ['cat a | sh', BUILT_IN_RULES, 'ask'],
    ['cat a | xargs rm', BUILT_IN_RULES, 'ask'],
    ['ls; rm a', BUILT_IN_RULES, 'ask'],
    ['env ls', BUILT_IN_RULES, 'ask'],
    ['find . -delete', BUILT_IN_RULES, 'ask'],
    ['npm install', BUILT_IN_RULES, 'ask'],
    ['echo $(rm a)', BUILT_IN_RULES, 'ask'],
    ['cd', BUILT_IN_RULES, 'ask'],
    ['cd src extra', BUILT_IN_RULES, 'ask'],
    ['cd src; make', BUILT_IN_RULES, 'ask'],
    ['tee a', BUILT_IN_RULES, 'ask'],
    ['sort --compress-program=sh a', BUILT_IN_RULES, 'ask'],
    ['awk \'{system("x")}\' a', BUILT_IN_RULES, 'ask'],
    // A rule that denies finds its command wherever it hides.
    ['curl x', CURL, 'deny'],
    ['/usr/bin/curl x', CURL, 'deny'],
    ['ls; curl x', CURL, 'deny'],
    ['ls && curl x', CURL, 'deny'],
    ['ls | curl x', CURL, 'deny'],
    ['ls & curl x', CURL, 'deny'],
    ['(curl x)', CURL, 'deny'],
    ['{ curl x; }', CURL, 'deny'],
    ['echo $(curl x)', CURL, 'deny'],
    ['echo "$(curl x)"', CURL, 'deny'],
    ['echo `curl x`', CURL, 'deny'],
    ['cat <(curl x)', CURL, 'deny'],
    ['tee >(curl x)', CURL, 'deny'],
    ['A=$(curl x)', CURL, 'deny'],
    ['A=1 curl x', CURL, 'deny'],
    ['if curl x; then ls; fi', CURL, 'deny'],
    ['if ls; then curl x; fi', CURL, 'deny'],
    ['for i in $(curl x); do ls; done', CURL, 'deny'],
    ['while :; do curl x; done', CURL, 'deny'],
    ['until curl x; do :; done', CURL, 'deny'],
    ['case $(curl x) in a) ls;; esac', CURL, 'deny'],
    ['case x in x) curl y;; esac', CURL, 'deny'],
    ['f() { curl x; }', CURL, 'deny'],
    ['function f { curl x; }; f', CURL, 'deny'],
    ['cat <<E\n$(curl x)\nE', CURL, 'deny'],
    ['cat <<< "$(curl x)"', CURL, 'deny'],
    ['[[ -n $(curl x) ]]', CURL, 'deny'],
    ['echo $(( $(curl x) + 1 ))', CURL, 'deny'],
    ['echo ${a:-$(curl x)}', CURL, 'deny'],
    ['a=($(curl x))', CURL, 'deny'],
    ['ls > $(curl x)', CURL, 'deny'],
    ['time curl x', CURL, 'deny'],
    ['! curl x', CURL, 'deny'],
    ['coproc curl x', CURL, 'deny'],
    ['env curl x', CURL, 'deny'],
    ['env A=1 curl x', CURL, 'deny'],
    ['env -i A=1 /usr/bin/curl x', CURL, 'deny'],
    ['command curl x', CURL, 'deny'],
    ['exec curl x', CURL, 'deny'],
    ['nohup curl x', CURL, 'deny'],
    ['timeout 5 curl x', CURL, 'deny'],
    ['nice -n 5 curl x', CURL, 'deny'],
    ['sudo -E curl x', CURL, 'deny'],
    ['xargs -n1 curl', CURL, 'deny'],
    ['ls | xargs curl', CURL, 'deny'],
    ['find . -exec curl {} ;', CURL, 'deny'],
    ['"curl" x', CURL, 'deny'],
    [`'cu'rl x`, CURL, 'deny'],
    ['cu\\rl x', CURL, 'deny'],
    [`$'\\x63url' x`, CURL, 'deny'],
    ['cur? x', CURL, 'deny'],
    ['$(echo curl) x', CURL, 'deny'],
    ['$c x', CURL, 'deny'],
    ['echo curl', CURL, 'allow'],
    ['curly x', CURL, 'allow'],
    ['grep curl README.md', CURL, 'allow'],
    ['ls curl', CURL, 'allow'],
    // So does one that asks.
    ['git push', SURE, 'ask'],
    ['git push --force origin main', SURE, 'ask'],
    ['git commit -m x && git push', SURE, 'ask'],
    ['timeout 60 git push', SURE, 'ask'],
    ['git $verb', SURE, 'ask'],
    ['git pull', SURE, 'allow'],
    ['git log push', SURE, 'allow'],
    // Secrets ask when they are read, what decides over tools and git's own files when they are written; under any spelling.
    ['cat .env', BUILT_IN_RULES, 'ask'],
    ['cat ./.env', BUILT_IN_RULES, 'ask'],
    ['cat src/../.env', BUILT_IN_RULES, 'ask'],
    ['cat /workspace/.env', BUILT_IN_RULES, 'ask'],
    ['cat .ENV', BUILT_IN_RULES, 'ask'],
    ['cat .env.local', BUILT_IN_RULES, 'ask'],
    ['head -1 < .env', BUILT_IN_RULES, 'ask'],
    ['cd config && cat ../.env', BUILT_IN_RULES, 'ask'],
    ['grep KEY --file=.env', BUILT_IN_RULES, 'ask'],
    ['cat deploy/id_rsa', BUILT_IN_RULES, 'ask'],
    ['cat certs/server.pem', BUILT_IN_RULES, 'ask'],
    ['cat .npmrc', BUILT_IN_RULES, 'ask'],
    ['cat .env.example', BUILT_IN_RULES, 'allow'],
    ['cat id_rsa.pub', BUILT_IN_RULES, 'allow'],
    ['cat src/environment.ts', BUILT_IN_RULES, 'allow'],
    ['cat AGENTS.md', BUILT_IN_RULES, 'allow'],
    ['cat .git/HEAD', BUILT_IN_RULES, 'allow'],
    ['cat .vscode/tasks.json', BUILT_IN_RULES, 'allow'],
    ['cp a AGENTS.md', SURE, 'ask'],
    ['cp a agents.MD', SURE, 'ask'],
    ['echo x > AGENTS.md', SURE, 'ask'],
    ['echo x >> .git/hooks/pre-commit', SURE, 'ask'],
    ['tee .GIT/Hooks/pre-commit', SURE, 'ask'],
    ['rm -rf .git', SURE, 'ask'],
    ['cd .git && rm -rf hooks', SURE, 'ask'],
    ['cp x .vscode/tasks.json', SURE, 'ask'],
    ['cp x .AGENT/Settings.JSON', SURE, 'ask'],
    ['dd if=a of=.git/config', SURE, 'ask'],
    ['sed -i s/a/b/ .husky/pre-push', SURE, 'ask'],
    ['sed -i s/a/b/ src/a.ts', SURE, 'allow'],
    ['cp a docs/agents-of-change.md', SURE, 'allow'],
    ['git diff AGENTS.md', SURE, 'allow'],
    ['git checkout -- AGENTS.md', SURE, 'ask'],
  ])('[F41] %j', (command, rules, type) => {
    expect(typeOf(command, rules)).toBe(type)
  })

  it('[O18] no rule for one command lets a second one pass', () => {
    const name = fc.constantFrom('git', 'status', 'curl', 'x', '-s', 'a b', '.', '*', '$v', 'A=1', "'q'", '"d"')
    const command = fc.array(name, { minLength: 1, maxLength: 4 }).map((list) => list.join(' '))
    const joint = fc.constantFrom(';', '&&', '||', '|', '|&', '&', '\n', ' > ', ' <(', ' $(', ' `')
    fc.assert(
      fc.property(fc.array(fc.tuple(joint, command), { minLength: 1, maxLength: 4 }), (rest) => {
        const line = `git status${rest.map(([by, one]) => `${by}${one}${by === ' <(' || by === ' $(' ? ')' : by === ' `' ? '`' : ''}`).join('')}`
        const passes = judged(line, GIT).type === 'allow'
        const others = rest.filter(([, one]) => !/^git (?:'q'|"d")? ?status/.test(one))
        expect(passes && others.length > 0 && !rest.every(([, one]) => one.startsWith('git status')), line).toBe(false)
      }),
      { numRuns: 3000, seed: 7 },
    )
  })

  it('[O19] a limit that is passed denies: too many commands, too long a line', () => {
    const rules = [rule('allow', { type: 'tool', tool: 'shell' }), deny('curl')]
    expect(typeOf(`${'true; '.repeat(150)}curl x; ${'true; '.repeat(49)}`, rules)).toBe('deny')
    expect(judged('true; '.repeat(501), rules)).toMatchObject({ type: 'deny', rule: 'limit' })
    expect(judged(`echo ${'x'.repeat(1_000_000)}`, rules)).toMatchObject({ type: 'deny', rule: 'limit' })
    expect(judged('"$('.repeat(30_000), rules)).toMatchObject({ type: 'deny', rule: 'limit' })
    expect(judged(`${'$('.repeat(1900)}x${')'.repeat(1900)}`, rules).type).not.toBe('allow')
    expect(typeOf('true; '.repeat(500), rules)).toBe('allow')
    expect(typeOf(`echo ${'x'.repeat(250_000)}`, rules)).toBe('allow')
  })

  it('[rule 94] what the parser gives up on asks, and says why', () => {
    expect(judged('echo "a', BUILT_IN_RULES)).toMatchObject({ type: 'ask', reason: expect.stringContaining('cannot read it') })
    expect(judged('eval "$x"', BUILT_IN_RULES)).toMatchObject({ type: 'ask', reason: expect.stringContaining('variable') })
    expect(judged('cat <(ls)', BUILT_IN_RULES)).toMatchObject({ type: 'ask', reason: expect.stringContaining('inside a word') })
  })

  it('[O20] a path is judged by what it leads to as well', () => {
    const followLinks = (path: string): string => path.replace('/workspace/link', '/workspace/.git/hooks')
    expect(judged('cp x link/pre-commit', SURE, { followLinks }).type).toBe('ask')
    const input = { path: 'link/pre-commit', content: 'x' }
    const call = { tool: 'write_file', input, bytes: JSON.stringify(input), effect: 'tx' as const }
    const standing = { rules: BUILT_IN_RULES, mode: 'accept-edits' as const }
    expect(judge(subjectOf(call, { ...eyes, followLinks }), standing).type).toBe('ask')
    expect(judge(subjectOf(call, eyes), standing).type).toBe('allow')
  })
})

describe('what "for this session" would allow', () => {
  const offered = (command: string): Rule | undefined => {
    const verdict = judged(command, BUILT_IN_RULES)
    return verdict.type === 'ask' ? verdict.offer : undefined
  }

  it.each([
    ['node --test x.js', 'shell(node --test x.js) in /workspace'],
    ['npm test && npm run lint', 'shell(npm test; npm run lint) in /workspace'],
    ['make > log.txt', 'shell(this exact call)'],
    ['make "$x"', 'shell(this exact call)'],
    ['make *.o', 'shell(this exact call)'],
    ['a; b; c; d; e; f', 'shell(this exact call)'],
  ])('is the narrowest rule for %s', (command, text) => {
    const offer = offered(command)
    expect(offer && ruleText(offer)).toBe(text)
    expect(typeOf(command, [...BUILT_IN_RULES, ...(offer ? [offer] : [])])).toBe('allow')
    expect(typeOf(`${command} more`, [...BUILT_IN_RULES, ...(offer ? [offer] : [])])).toBe('ask')
    expect(typeOf(`${command}; rm -rf .`, [...BUILT_IN_RULES, ...(offer ? [offer] : [])])).toBe('ask')
  })

  it.each([
    'bash -c "ls"',
    'sh x.sh',
    'python -c 1',
    'node -e 1',
    'node --eval=1',
    'echo 1 | node',
    'env X=1 cmd',
    'ls | xargs rm',
    'eval ls',
    '. ./x',
    'perl -ne 1',
  ])('[rule 92] is nothing for %s, which may run anything', (command) => {
    expect(typeOf(command, BUILT_IN_RULES)).toBe('ask')
    expect(offered(command)).toBeUndefined()
  })
})
