import { openLog } from '@millrace/log'

/** Opens the log in the folder that is named, says so, and keeps it. */
await openLog({ directory: process.argv[2]! })
console.log('open')
setInterval(() => {}, 1000)
