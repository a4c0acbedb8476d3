/** All commands there are, under the name the program was called by. */
import type { Command } from './command.ts'
import { backupCommands } from './commands/backup.ts'
import { completionCommand } from './commands/completion.ts'
import { connectorCommands } from './commands/connectors.ts'
import { databaseCommands } from './commands/database.ts'
import { databaseExportCommand } from './commands/database-export.ts'
import { exportCommands } from './commands/export.ts'
import { helpCommand } from './commands/help.ts'
import { hostsCommands } from './commands/hosts.ts'
import { importCommands } from './commands/import.ts'
import { loginCommand } from './commands/login.ts'
import { logoutCommand } from './commands/logout.ts'
import { serverCommands } from './commands/server.ts'
import { twinAblateCommand } from './commands/twin-ablate.ts'
import { policyAddCommand } from './commands/policy-add.ts'
import { twinCompareCommand } from './commands/twin-compare.ts'
import { twinForkCommand } from './commands/twin-fork.ts'
import { twinEnvironmentsCommand } from './commands/twin-environments.ts'
import { twinReproduceCommand } from './commands/twin-reproduce.ts'
import { twinCheckCommand, twinRunCommand } from './commands/twin-scenario.ts'
import { upCommand } from './commands/up.ts'
import { vmsCommands } from './commands/vms.ts'
import { waitCommand } from './commands/wait.ts'
import { watchCommand } from './commands/watch.ts'
import { whoamiCommand } from './commands/whoami.ts'
import { operationCommands } from './operation-command.ts'

export function commandsFor(program: string): Command[] {
  const commands: Command[] = [
    upCommand,
    ...backupCommands,
    ...operationCommands(),
    policyAddCommand,
    waitCommand,
    watchCommand,
    twinForkCommand,
    twinCompareCommand,
    twinReproduceCommand,
    twinAblateCommand,
    twinEnvironmentsCommand,
    twinRunCommand,
    twinCheckCommand,
    ...importCommands,
    ...exportCommands,
    loginCommand,
    logoutCommand,
    whoamiCommand,
    ...hostsCommands,
    ...vmsCommands,
    ...connectorCommands,
    ...serverCommands(program),
    ...databaseCommands,
    databaseExportCommand,
  ]
  const all = (): Command[] => commandsFor(program)
  return [...commands, completionCommand(all), helpCommand(all)]
}
