/** A small proxy on loopback: forwards plain requests and opens tunnels, with or without a password. */
import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export class PretendProxy {
  /** `GET http://…`, `CONNECT host:port`, in order. */
  readonly seen: string[] = [];
  /** `user:password`; undefined: everybody may. */
  password: string | undefined;
  /** What CONNECT is answered with. */
  connectStatus = 200;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((request, response) => this.#forward(request, response));
    this.#server.on('connect', (request, socket: Socket) => this.#tunnel(request, socket));
  }

  static async start(): Promise<PretendProxy> {
    const proxy = new PretendProxy();
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    this.seen.push(`${request.method} ${request.url}`);
    if (!this.#mayPass(request)) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end('who are you?');
      return;
    }
    const { 'proxy-authorization': _kept, ...headers } = request.headers;
    const onward = forward(request.url!, { headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end();
  }

  #tunnel(request: IncomingMessage, socket: Socket): void {
    this.seen.push(`CONNECT ${request.url}`);
    this.#sockets.add(socket);
    socket.on('error', () => {});
    const status = this.#mayPass(request) ? this.connectStatus : 407;
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const [host, port] = request.url!.split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket);
      socket.pipe(onward);
    });
    this.#sockets.add(onward);
    onward.on('error', () => socket.destroy());
  }

  #mayPass({ headers }: IncomingMessage): boolean {
    if (this.password === undefined) return true;
    return headers['proxy-authorization'] === `Basic ${Buffer.from(this.password).toString('base64')}`;
  }
}
