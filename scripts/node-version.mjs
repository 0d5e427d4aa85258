// Imported first, and written in old syntax, so that an old Node gives this sentence and not a stack trace.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Tabwright needs Node.js 20.19 or newer; this is ${process.versions.node}. Get a current one from https://nodejs.org and try again.`,
  )
  process.exit(1)
}
