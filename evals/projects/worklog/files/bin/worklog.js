#!/usr/bin/env node
const fs = require('node:fs')
const { parseLog } = require('../src/parse')
const { sumByProject, textReport, markdownReport } = require('../src/report')

const USAGE = 'usage: worklog [--markdown] [--project NAME] FILE'

function readOptions(args) {
  const options = { markdown: false, project: undefined, file: undefined }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    if (arg === '--markdown') options.markdown = true
    else if (arg === '--project') options.project = args[++i]
    else if (arg.startsWith('-')) throw new Error(`unknown option ${arg}`)
    else if (options.file !== undefined) throw new Error('one file only')
    else options.file = arg
  }
  if (options.file === undefined) throw new Error('no file given')
  return options
}

function main(args) {
  let options
  try {
    options = readOptions(args)
  } catch (error) {
    console.error(`worklog: ${error.message}\n${USAGE}`)
    return 2
  }
  try {
    let entries = parseLog(fs.readFileSync(options.file, 'utf8'))
    if (options.project !== undefined) entries = entries.filter((entry) => entry.project === options.project)
    const sums = sumByProject(entries)
    process.stdout.write(options.markdown ? markdownReport(sums) : textReport(sums))
    return 0
  } catch (error) {
    console.error(`worklog: ${error.message}`)
    return 1
  }
}

process.exitCode = main(process.argv.slice(2))
