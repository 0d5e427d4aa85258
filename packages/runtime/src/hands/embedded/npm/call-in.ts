import type { Call } from '../../../shell/commands/command'

/** A call that is made elsewhere. Its methods are the call’s own. */
export function callIn(call: Call, folder: string): Call {
  return {
    name: call.name,
    args: call.args,
    env: call.env,
    cwd: folder,
    umask: call.umask,
    system: call.system,
    process: call.process,
    stdin: call.stdin,
    stdout: call.stdout,
    stderr: call.stderr,
    at: (path) => call.at(path),
    open: (path) => call.open(path),
    create: (path, how) => call.create(path, how),
    file: (descriptor) => call.file(descriptor),
    exec: (argv, how) => call.exec(argv, how),
    tick: () => call.tick(),
  }
}
