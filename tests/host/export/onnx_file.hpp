// SPDX-License-Identifier: Apache-2.0
#pragma once

// A file of ONNX, read again: field numbers are those of onnx.proto.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <protozero/pbf_reader.hpp>

namespace sslhost {

struct OnnxFile {
  struct Node {
    std::string type;
    std::vector<std::string> inputs, outputs;
  };
  struct Tensor {
    std::vector<int64_t> shape;
    int32_t type = 0;
    std::string bytes;
  };
  struct Info {
    int32_t type = 0;
    std::vector<std::string> shape;  ///< numbers, or what they are called
  };

  explicit OnnxFile(const std::string& file) {
    protozero::pbf_reader model(file);
    while (model.next()) switch (model.tag()) {
        case 1:
          ir = model.get_int64();
          break;
        case 7:
          read_graph(model.get_message());
          break;
        case 8:
          read_opset(model.get_message());
          break;
        case 14:
          read_note(model.get_message());
          break;
        default:
          model.skip();
      }
  }

  int64_t ir = 0, opset = 0;
  std::vector<Node> nodes;
  std::map<std::string, Tensor> tensors;
  std::map<std::string, Info> inputs, outputs;
  std::map<std::string, std::string> notes;

 private:
  void read_opset(protozero::pbf_reader message) {
    while (message.next())
      message.tag() == 2 ? static_cast<void>(opset = message.get_int64()) : message.skip();
  }
  void read_note(protozero::pbf_reader message) {
    std::string key, value;
    while (message.next()) (message.tag() == 1 ? key : value) = message.get_string();
    notes[key] = value;
  }
  void read_graph(protozero::pbf_reader graph) {
    while (graph.next()) switch (graph.tag()) {
        case 1:
          read_node(graph.get_message());
          break;
        case 5:
          read_tensor(graph.get_message());
          break;
        case 11:
          read_info(graph.get_message(), inputs);
          break;
        case 12:
          read_info(graph.get_message(), outputs);
          break;
        default:
          graph.skip();
      }
  }
  void read_node(protozero::pbf_reader message) {
    Node node;
    while (message.next()) switch (message.tag()) {
        case 1:
          node.inputs.push_back(message.get_string());
          break;
        case 2:
          node.outputs.push_back(message.get_string());
          break;
        case 4:
          node.type = message.get_string();
          break;
        default:
          message.skip();
      }
    nodes.push_back(node);
  }
  void read_tensor(protozero::pbf_reader message) {
    Tensor tensor;
    std::string name;
    while (message.next()) switch (message.tag()) {
        case 1:
          tensor.shape.push_back(message.get_int64());
          break;
        case 2:
          tensor.type = message.get_int32();
          break;
        case 8:
          name = message.get_string();
          break;
        case 9:
          tensor.bytes = message.get_bytes();
          break;
        default:
          message.skip();
      }
    tensors[name] = tensor;
  }
  static void read_info(protozero::pbf_reader message, std::map<std::string, Info>& into) {
    std::string name;
    Info info;
    while (message.next()) {
      if (message.tag() == 1) {
        name = message.get_string();
        continue;
      }
      protozero::pbf_reader type = message.get_message();
      type.next(1);
      protozero::pbf_reader tensor = type.get_message();
      while (tensor.next())
        if (tensor.tag() == 1)
          info.type = tensor.get_int32();
        else
          read_shape(tensor.get_message(), info);
    }
    into[name] = info;
  }
  static void read_shape(protozero::pbf_reader shape, Info& info) {
    while (shape.next(1)) {
      protozero::pbf_reader dim = shape.get_message();
      dim.next();
      info.shape.push_back(dim.tag() == 1 ? std::to_string(dim.get_int64()) : dim.get_string());
    }
  }
};

}  // namespace sslhost
