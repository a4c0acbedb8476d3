import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lacking } from '../requirement.ts'
import { baseImage, baseLack, run } from './base.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const base = `orrery-test-base:${process.pid}`
const image = `orrery-test:${process.pid}`
/** The first stage has a name too, so that it can be removed. */
const stage = `orrery-test-stage:${process.pid}`
const container = `orrery-test-${process.pid}`

const skip = lacking('docker', dockerLack() ?? baseLack())
if (skip) console.log(`skipped: the image. ${skip}`)

function dockerLack(): string | undefined {
  const { status, error, stderr } = spawnSync('docker', ['version'], { encoding: 'utf8', timeout: 20_000 })
  if (error) return `there is no docker command (${error.message})`
  if (status !== 0) return `the engine does not answer (${stderr.trim()})`
  return undefined
}

const docker = (...args: string[]) =>
  execFileSync('docker', args, { encoding: 'utf8', timeout: 60_000 }).trim()

describe.skipIf(skip !== undefined)('the image', () => {
  beforeAll(async () => {
    await baseImage(base)
    // The builder that every engine has; whatever reaches a registry here reaches it from the host's network.
    const build = (...args: string[]) =>
      run('docker', ['build', '--network', 'host', '--build-arg', `BASE=${base}`, ...args, ROOT], {
        DOCKER_BUILDKIT: '0',
      })
    build('--target', 'build', '--tag', stage)
    build('--tag', image)
  })

  afterAll(() => {
    for (const args of [
      ['rm', '--force', '--volumes', container],
      ['rmi', '--force', image, stage, base],
    ]) {
      spawnSync('docker', args, { timeout: 60_000 })
    }
  })

  it('becomes healthy on a database of its own, not as root, and ends when it is told to', async () => {
    docker('run', '--detach', '--name', container, image)
    let health = ''
    for (let seconds = 0; seconds < 120 && health !== 'healthy'; seconds++) {
      await sleep(1000)
      health = docker('inspect', '--format', '{{.State.Health.Status}}', container)
      const state = docker('inspect', '--format', '{{.State.Status}}', container)
      if (state !== 'running') throw new Error(`it is ${state}:\n${docker('logs', container)}`)
    }
    expect(health, docker('logs', container)).toBe('healthy')
    expect(docker('exec', container, 'id', '-u')).toBe('10001')
    expect(docker('exec', container, 'orrery', '--version')).toMatch(/\d+\.\d+\.\d+/)
    docker('stop', '--time', '30', container)
    expect(docker('inspect', '--format', '{{.State.ExitCode}}', container)).toBe('0')
  })

  it('says what is wrong with a DATABASE_URL that leads nowhere, and ends', () => {
    const url = 'postgres://orrery:secret-word@127.0.0.1:1/orrery'
    const { status, stdout, stderr } = spawnSync(
      'docker',
      ['run', '--rm', '--env', `DATABASE_URL=${url}`, image],
      {
        encoding: 'utf8',
        timeout: 120_000,
      },
    )
    expect(status).not.toBe(0)
    expect(stdout + stderr).toContain('127.0.0.1:1')
    expect(stdout + stderr).not.toContain('secret-word')
  })
})
