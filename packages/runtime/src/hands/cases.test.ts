import { it } from 'vitest'
import { readFileSync, mkdirSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { sessionId } from '@tabwright/protocol'
import { embeddedHands } from './embedded/embedded-hands'
import { openWorkspace } from '../workspace/workspace'
import { openThreadFrame } from '../../../testkit/src/thread-frame'
const which = process.env['LIST'] ?? 'node'
it('cases', async () => {
  const hands = embeddedHands({ openFrame: async () => openThreadFrame(), bundles: async () => ({ kernel: readFileSync('/tmp/h/kernel.js','utf8'), process: readFileSync('/tmp/h/process.js','utf8') }) })
  const enc = new TextEncoder()
  const list: {name:string,files:Record<string,string>,cmd:string,codeOnly?:boolean,wantOut?:string}[] = []
  if (which==='node') { const c = JSON.parse(readFileSync('packages/testkit/cases/node.json','utf8')).cases; for (const [name,v] of Object.entries<any>(c)) list.push({name,...v}) }
  else { const s = JSON.parse(readFileSync('packages/testkit/cases/shell.json','utf8')); for (const c of s.commands) list.push({name: typeof c==='string'?c:c.name??c.cmd, files: s.fixture, cmd: typeof c==='string'?c:c.cmd}) }
  let ok=0
  for (const c of list) {
    if (process.env['ONLY'] && !c.name.includes(process.env['ONLY'])) continue
    const dir0 = mkdtempSync('/tmp/h/case-'); const dir=join(dir0,'p'); mkdirSync(dir)
    for (const [p,t] of Object.entries(c.files)) { mkdirSync(dirname(join(dir,p)),{recursive:true}); writeFileSync(join(dir,p),t) }
    const real = spawnSync('bash',['-c',c.cmd],{cwd:dir,encoding:'utf8',timeout:20000,env:{PATH:process.env['PATH']!,HOME:'/tmp',LANG:'C.UTF-8'}})
    rmSync(dir0,{recursive:true})
    const ws = openWorkspace({ entries: [], now: Date.now, loadBlob: async () => new Uint8Array() })
    const seed = ws.draft(); for (const [p,t] of Object.entries(c.files)) seed.write('p/'+p, enc.encode(t)); ws.adopt(seed.delta())
    const lease = await hands.provision(sessionId('c'+list.indexOf(c)), new AbortController().signal)
    let out='', err=''
    let code=-1
    try { const r = await hands.execute(lease,'shell',{command:'mkdir -p /workspace/p; cd /workspace/p\n'+c.cmd,timeoutMs:15000},{signal:new AbortController().signal,files:ws.draft(),output:(s,t)=>{ if(s==='stdout') out+=t; else err+=t }}); code=r.exitCode } catch(e) { err=String(e) }
    await hands.release(lease)
    const want = c.wantOut ?? (real.stdout as string).replaceAll(dir,'/workspace/p')
    const wantCode = c.wantOut!==undefined?0:real.status
    const good = code===wantCode && (c.codeOnly || out===want)
    if (good) ok++; else console.log('DIFF '+c.name+'\n  cmd: '+c.cmd.slice(0,200)+'\n  want '+wantCode+' '+JSON.stringify(want.slice(0,400))+'\n  got  '+code+' '+JSON.stringify(out.slice(0,400))+'\n  err  '+JSON.stringify(err.slice(0,500)))
  }
  console.log(which, ok,'of',list.length)
}, 1200000)
