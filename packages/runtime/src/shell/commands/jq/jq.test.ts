import { describe, expect, it } from 'vitest'
import { realCommand, tryCommand } from '../../../../../testkit/src/command-lab'
import { jqCommand } from './jq'

/** Options and inputs, with the machine's jq. */
const TRIALS: readonly (readonly [args: readonly string[], stdin?: string])[] = [
  [['.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['-c', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['-S', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['-C', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['-Cc', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['-CS', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['--tab', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['--indent', '1', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['--indent', '0', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['-r', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['-j', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['-a', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['-s', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['-cs', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['-R', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['-Rs', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['-cn', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['-e', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['--stream', '-c', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['-rj', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['-M', '.'], '{"b":[1,2,{"c":"é"}],"a":{"y":null,"x":true},"e":[],"f":{}}\n"str\\u00e9"\n'],
  [['.', 'nosuch']],
  [['-e', '.a'], '{"a":null}'],
  [['-e', '.a'], '{}'],
  [['-e', 'empty'], '1'],
  [['.'], '{"a":1'],
  [['.'], '1 x 2'],
  [['.'], "{'a':1}"],
  [['.'], '[1,]'],
  [['.'], 'nope'],
  [['.']],
  [['.'], '1 2 "a"[]{}null'],
  [['-n', '--arg', 'a', '1', '$a']],
  [['-nc', '--argjson', 'a', '{"x":1}', '$a.x,$a']],
  [['-nc', '$ARGS', '--args', 'a', 'b']],
  [['-nc', '$ARGS.positional', '--jsonargs', '1', '{"a":2}']],
  [['-nc', '--arg', 'v', '1', '$ARGS.named']],
  [['-n', '$__prog_args']],
  [['--foo']],
  [['-nr', '"a\\tb","c"']],
  [['-r', '.[]'], '["a",1,null,[2]]'],
  [['-nc', '[1,2]|@csv,@tsv']],
  [['-r', '.[]|@tsv'], '[["a","b\\tc"],[1,null]]'],
  [['-n', '-r', '@sh "echo \\("a b")"']],
  [['-c', '--slurpfile', 'x', 'f3', '.'], '1'],
  [['-R', '-c', 'split(" ")'], 'a b\nc d\n'],
  [['-Rn', '[inputs]'], 'a\nb\n'],
  [['-n', '[inputs|.+1]'], '1 2 3'],
  [['-n', 'input,input'], '1 2 3'],
  [['-c', '-s', 'map(.a)'], '{"a":1}{"a":2}'],
  [['--argjson', 'x', '{bad', '.']],
  [['-n', '"\\u001f\\u007f\\"\\\\/"']],
  [['.', 'f1']],
  [['-cr', '.[]|"\\(.a) \\(.b)"'], '[{"a":1,"b":"x"}]'],
  [['-n', '[.[]?]', '-c']],
]

const FILES = { f1: 'alice 30 NY\nbob 25 LA\n', f3: '1 {"a":2}\n' }

const hasJq = realCommand({ argv: ['jq', '--version'] }) !== undefined
if (!hasJq) console.warn('jq is not installed on this machine: its table is skipped (apt-get install jq)')

describe.skipIf(!hasJq)('jq agrees with the real jq', () => {
  it.each(TRIALS.map(([args, stdin = '']) => ({ args, stdin })))('on $args', async ({ args, stdin }) => {
    const trial = { argv: ['jq', ...args], stdin, files: FILES }
    const ours = await tryCommand([jqCommand], trial)
    const real = realCommand(trial)
    expect({ out: ours.out, code: ours.code, isTold: ours.err !== '' }).toEqual({
      out: real?.out,
      code: real?.code,
      isTold: real?.err !== '',
    })
  })
})

describe('jq', () => {
  it('names what it does not do', async () => {
    const { err, code } = await tryCommand([jqCommand], { argv: ['jq', '-n', 'import "a" as a; 1'] })
    expect(err).toContain('modules (import, include) are not implemented in this sandbox')
    expect(code).toBe(3)
  })

  it('ends in words when a filter goes too deep', async () => {
    const { err, code } = await tryCommand([jqCommand], { argv: ['jq', '-n', 'def f: 1 + f; f'] })
    expect(err).toContain('deeper than this sandbox can')
    expect(code).toBe(5)
  })
})
