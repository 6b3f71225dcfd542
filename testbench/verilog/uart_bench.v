// Lock-step bench for the core behind its UART, over stdin and stdout. Tokens, answers and plusargs
// are those of bytes_bench.v; bytes go over `rx` and `tx` bit by bit, CLOCKS_PER_BIT clocks each.
module uart_bench;
  parameter CLOCKS_PER_BIT = 8;
  localparam STDIN = 32'h8000_0000, STDOUT = 32'h8000_0001, STDERR = 32'h8000_0002;

  reg  clock = 0;
  reg  rx = 1;
  wire tx;

  always #5 clock = ~clock;

  ferrospike_uart core (.clock(clock), .rx(rx), .tx(tx));

  reg [7:0]  queue [0:65535];
  integer    count = 0;      // bytes in the queue
  integer    quiet = 0;      // clocks since the last of them
  reg [31:0] clocks = 0;
  integer    token, amount, most, limit, waited, i, j, bit_number, byte_read;
  reg [7:0]  shift;
  reg [8*1024-1:0] name;
  integer    words;
  reg        never = 0;

  // Receiver: samples in the middle of each bit.
  initial forever begin
    @(negedge tx);
    repeat (CLOCKS_PER_BIT / 2) @(posedge clock);
    if (tx === 1'b0) begin
      for (bit_number = 0; bit_number < 8; bit_number = bit_number + 1) begin
        repeat (CLOCKS_PER_BIT) @(posedge clock);
        shift[bit_number] = tx;
      end
      repeat (CLOCKS_PER_BIT) @(posedge clock);
      if (tx !== 1'b1) $fdisplay(STDERR, "clock %0d: no stop bit on tx", clocks);
      if (count < 65535) begin
        queue[count] = shift;
        count = count + 1;
        quiet = 0;
      end
    end
  end

  task tick;
    begin
      @(posedge clock);
      clocks = clocks + 1;
      quiet = quiet + 1;
    end
  endtask

  // Ends the simulation; does not return.
  task stop;
    begin
      $finish(0);
      wait (never);
    end
  endtask

  task get(output integer value, input integer bytes);
    integer k;
    begin
      value = 0;
      for (k = 0; k < bytes; k = k + 1) begin
        byte_read = $fgetc(STDIN);
        if (byte_read < 0) stop;
        value = value | (byte_read << (8 * k));
      end
    end
  endtask

  task answer;
    integer k;
    begin
      $fwrite(STDOUT, "%c%c%c%c%c%c", clocks[7:0], clocks[15:8], clocks[23:16], clocks[31:24],
              count[7:0], count[15:8]);
      for (k = 0; k < count; k = k + 1) $fwrite(STDOUT, "%c", queue[k]);
      count = 0;
      $fflush(STDOUT);
    end
  endtask

  initial begin
    if ($value$plusargs("dump=%s", name)) begin
      $dumpfile(name);
      $dumpvars(0, uart_bench);
    end
    #1;
`ifdef PRELOAD
    if ($value$plusargs("preload=%s", name) && $value$plusargs("preload_words=%d", words))
      $readmemh(name, `PRELOAD, 0, words - 1);
`endif
    repeat (16) tick;
    $fwrite(STDOUT, "%c%c%c%c%c", 8'hff, 8'h46, 8'h53, 8'h50, 8'h4b);
    $fflush(STDOUT);
    forever begin
      get(token, 1);
      if (token == 8'h57) begin  // W
        get(amount, 2);
        for (i = 0; i < amount; i = i + 1) begin
          get(byte_read, 1);
          rx <= 0;
          repeat (CLOCKS_PER_BIT) tick;
          for (j = 0; j < 8; j = j + 1) begin
            rx <= byte_read[j];
            repeat (CLOCKS_PER_BIT) tick;
          end
          rx <= 1;
          repeat (CLOCKS_PER_BIT) tick;
        end
        answer;
      end else if (token == 8'h52) begin  // R
        get(limit, 4);
        get(amount, 2);
        get(most, 2);
        waited = 0;
        quiet = 0;
        while (count == 0 ? waited < limit : count < most && quiet < amount) begin
          tick;
          waited = waited + 1;
        end
        answer;
      end else begin
        $fdisplay(STDERR, "unknown token %0d", token);
        stop;
      end
    end
  end
endmodule
